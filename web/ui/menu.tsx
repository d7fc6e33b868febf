import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Menu as AriaMenu, MenuItem, MenuTrigger, Separator } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import button from './button.module.css'
import surface from './surface.module.css'

export interface MenuEntry {
  readonly label: string
  readonly icon?: IconName
  readonly onPress: () => void
  readonly danger?: boolean
  readonly disabled?: boolean
  /** One of several that exclude each other, and whether it is the chosen one. */
  readonly chosen?: boolean
  /** A line above it. */
  readonly apart?: boolean
}

/** What else can be done, behind a button of three points, or of its own `look`. */
export function Menu({
  name,
  entries,
  look,
  lookClass,
}: {
  readonly name: string
  readonly entries: readonly MenuEntry[]
  readonly look?: ReactNode
  readonly lookClass?: string
}) {
  return (
    <MenuTrigger>
      <AriaButton aria-label={look === undefined ? name : undefined} className={lookClass ?? classes(button.button, button.iconOnly)}>
        {look ?? <Icon name="more" />}
      </AriaButton>
      <Popover className={surface.popover} offset={4}>
        <AriaMenu className={surface.list} aria-label={name}>
          {entries.flatMap(({ label, icon, onPress, danger = false, disabled = false, chosen, apart = false }) => [
            ...(apart ? [<Separator key={`${label}-line`} className={surface.separator} />] : []),
            <MenuItem key={label} textValue={label} onAction={onPress} isDisabled={disabled} className={classes(surface.item, danger && surface.danger)}>
              {icon === undefined ? undefined : <Icon name={icon} size={16} />}
              {label}
              {chosen === true ? (
                <span className={surface.mark}>
                  <Icon name="check" size={16} />
                </span>
              ) : undefined}
            </MenuItem>,
          ])}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
