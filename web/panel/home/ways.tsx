import { Link } from '@tanstack/react-router'
import { Icon } from '../../ui/icon.tsx'
import styles from './figures.module.css'
import { useHomeText } from './text.ts'

const ofMailbox = [
  { label: 'absence', note: 'absenceNote', icon: 'clock', to: '/addresses/$address/absence' },
  { label: 'programs', note: 'programsNote', icon: 'device', to: '/addresses/$address/programs' },
  { label: 'forwarding', note: 'forwardingNote', icon: 'forward', to: '/addresses/$address/forwarding' },
  { label: 'appPasswords', note: 'appPasswordsNote', icon: 'key', to: '/addresses/$address/app-passwords' },
] as const

/** What most people come for; `mailbox`: theirs, null: they have none. */
export function Ways({ mailbox }: { readonly mailbox: string | null }) {
  const text = useHomeText()
  return (
    <nav className={styles.ways} aria-label={text.quick}>
      <Link to="/journal" className={styles.way}>
        <Icon name="search" size={20} />
        <span>
          <strong>{text.journal}</strong>
          <span>{text.journalNote}</span>
        </span>
      </Link>
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
