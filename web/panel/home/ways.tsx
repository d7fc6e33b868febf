import { Link } from '@tanstack/react-router'
import { useMe } from '../../data/me.ts'
import { Icon } from '../../ui/icon.tsx'
import styles from './figures.module.css'
import { useHomeText } from './text.ts'

const ofMailbox = [
  { label: 'protection', note: 'protectionNote', icon: 'shield', to: '/addresses/$address/protection' },
  { label: 'absence', note: 'absenceNote', icon: 'clock', to: '/addresses/$address/absence' },
  { label: 'programs', note: 'programsNote', icon: 'device', to: '/addresses/$address/programs' },
  { label: 'forwarding', note: 'forwardingNote', icon: 'forward', to: '/addresses/$address/forwarding' },
  { label: 'appPasswords', note: 'appPasswordsNote', icon: 'key', to: '/addresses/$address/app-passwords' },
] as const

/** What most people come for: to their mailbox, or to what they look after. */
export function Ways() {
  const text = useHomeText()
  const { mailbox, customer } = useMe()
  return (
    <nav className={styles.ways} aria-label={text.quick}>
      <Link to="/journal" className={styles.way}>
        <Icon name="search" size={20} />
        <span>
          <strong>{text.journal}</strong>
          <span>{text.journalNote}</span>
        </span>
      </Link>
      {mailbox !== null || customer === null ? undefined : (
        <Link to="/customers/$name" params={{ name: customer }} className={styles.way}>
          <Icon name="shield" size={20} />
          <span>
            <strong>{text.protectionOfAll}</strong>
            <span>{text.protectionOfAllNote}</span>
          </span>
        </Link>
      )}
      {mailbox === null
        ? undefined
        : ofMailbox.map(({ label, note, icon, to }) => (
            <Link key={label} to={to} params={{ address: mailbox }} className={styles.way}>
              <Icon name={icon} size={20} />
              <span>
                <strong>{text[label]}</strong>
                <span>{text[note]}</span>
              </span>
            </Link>
          ))}
    </nav>
  )
}
