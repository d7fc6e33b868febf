import { Button } from 'react-aria-components/Button'
import { Input } from 'react-aria-components/Input'
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField'
import { useUiText } from '../text/ui.ts'
import button from './button.module.css'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { Icon } from './icon.tsx'

/** Searching what is on the page. Escape empties it. */
export function SearchField({ label, value, onChange }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void }) {
  const text = useUiText()
  return (
    <AriaSearchField className={styles.search} aria-label={label} value={value} onChange={onChange}>
      <Icon name="search" size={16} />
      <Input className={styles.box} placeholder={label} />
      <Button className={classes(button.button, button.iconOnly, button.small)} aria-label={text.clear}>
        <Icon name="close" size={14} />
      </Button>
    </AriaSearchField>
  )
}
