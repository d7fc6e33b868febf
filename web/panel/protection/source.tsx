import type { OperationOutput } from '../../data/call.ts'
import { Button } from '../../ui/button.tsx'
import styles from './protection.module.css'
import { settingWords, valueWords } from './settings.ts'
import { type ProtectionText, useProtectionText } from './text.ts'

type Setting = OperationOutput<'address.show'>['settings'][string]

interface SourceProps {
  readonly setting: string
  readonly of: Setting
  /** Takes the address's own value away; undefined: one may not. */
  readonly onInherit: (() => void) | undefined
}

/** Where a value comes from, and how it is inherited again. */
export function Source({ setting, of, onInherit }: SourceProps) {
  const text = useProtectionText()
  const { otherwise } = of
  const would = otherwise === undefined ? undefined : valueWords(setting, otherwise.value, text)
  return (
    <div className={styles.source}>
      <span>{whence(of, text)}</span>
      {otherwise === undefined || would === undefined ? undefined : (
        <>
          <span>{text.otherwise(would, whence(otherwise, text))}</span>
          {onInherit === undefined ? undefined : (
            <Button small icon="undo" onPress={onInherit} name={text.inheritName(settingWords(setting, text), would)}>
              {text.inherit}
            </Button>
          )}
        </>
      )}
    </div>
  )
}

function whence({ from, template }: { readonly from: Setting['from']; readonly template?: string | undefined }, text: ProtectionText): string {
  return from === 'template' ? text.from.template(template ?? '') : text.from[from]
}
