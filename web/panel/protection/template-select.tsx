import { useRead } from '../../data/operations.ts'
import { Select } from '../../ui/select.tsx'
import { useProtectionText } from './text.ts'

interface TemplateSelectProps {
  /** Its templates, and the operator's for everybody, are to choose from. */
  readonly customer: string
  /** null: none. */
  readonly value: string | null
  readonly onChange: (template: string | null) => void
  readonly disabled: boolean
  readonly note?: string
}

export function TemplateSelect({ customer: whose, value, onChange, ...others }: TemplateSelectProps) {
  const text = useProtectionText()
  const templates = useRead('template.list', {}).data?.templates ?? []
  const names = [...new Set(templates.filter(({ customer }) => customer === null || customer === whose).map(({ name }) => name))]
  return (
    <Select
      {...others}
      label={text.template}
      choices={[{ value: none, label: text.noTemplate }, ...names.map((name) => ({ value: name, label: name }))]}
      value={value ?? none}
      onChange={(name) => onChange(name === none ? null : name)}
    />
  )
}

/** Cannot be a template's name. */
const none = '-'
