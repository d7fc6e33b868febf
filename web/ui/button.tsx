import type { ReactNode, Ref } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import styles from './button.module.css'
import { classes } from './classes.ts'
import { Icon, type IconName } from './icon.tsx'
import surface from './surface.module.css'

export type Tone = 'plain' | 'primary' | 'danger' | 'quiet'

interface Looks {
  readonly tone?: Tone
  readonly small?: boolean
}

/** For links that look like buttons. */
export function buttonLook({ tone = 'plain', small = false }: Looks = {}): string {
  return classes(styles.button, tone !== 'plain' && styles[tone], small && styles.small)
}

interface ButtonProps extends Looks {
  readonly children: ReactNode
  readonly icon?: IconName
  readonly onPress?: () => void
  readonly type?: 'button' | 'submit'
  readonly disabled?: boolean
  /** Something goes on because of it; it does nothing meanwhile. */
  readonly pending?: boolean
  readonly autoFocus?: boolean
  /** Read aloud in place of its words, where several of one name stand on a page. */
  readonly name?: string
  /** Closes the dialog around it: 'close'. */
  readonly slot?: string
}

/** Does something. What leads somewhere is a link (`buttonLook`). */
export function Button({ children, icon, tone, small, disabled, pending = false, type = 'button', onPress, name, ...others }: ButtonProps) {
  // React Aria's own `isPending` announces by the name of a button that may be gone by then.
  return (
    <AriaButton
      {...others}
      {...(name !== undefined && { 'aria-label': name })}
      isDisabled={disabled}
      type={pending ? 'button' : type}
      onPress={() => {
        if (!pending) onPress?.()
      }}
      className={buttonLook({ tone, small })}
    >
      {pending ? <span className={styles.spinner} aria-hidden="true" /> : icon === undefined ? undefined : <Icon name={icon} size={16} />}
      {children}
    </AriaButton>
  )
}

interface IconButtonProps {
  readonly icon: IconName
  /** What it does: read aloud, and shown when it is pointed at. */
  readonly name: string
  readonly onPress?: () => void
  readonly small?: boolean
  readonly slot?: string
  readonly ref?: Ref<HTMLButtonElement>
}

export function IconButton({ icon, name, small = false, ...others }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500}>
      <AriaButton {...others} aria-label={name} className={classes(styles.button, styles.iconOnly, small && styles.small)}>
        <Icon name={icon} />
      </AriaButton>
      <Tooltip className={surface.tooltip} offset={6}>
        {name}
      </Tooltip>
    </TooltipTrigger>
  )
}
