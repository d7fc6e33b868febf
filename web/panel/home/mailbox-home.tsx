import { Link } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { Meter } from '../../ui/progress.tsx'
import { Loaded } from '../../ui/state.tsx'
import styles from './figures.module.css'
import { useHomeText } from './text.ts'

const ways = [
  { label: 'absence', note: 'absenceNote', icon: 'clock', to: '/addresses/$address/absence' },
  { label: 'programs', note: 'programsNote', icon: 'device', to: '/addresses/$address/programs' },
  { label: 'forwarding', note: 'forwardingNote', icon: 'forward', to: '/addresses/$address/forwarding' },
  { label: 'appPasswords', note: 'appPasswordsNote', icon: 'key', to: '/addresses/$address/app-passwords' },
] as const

/** Of one's own mailbox: how it is, and the ways that people go most. */
export function MailboxHome({ address }: { readonly address: string }) {
  const text = useHomeText()
  const { size } = useWrite()
  const shown = useRead('address.show', { address })
  return (
    <>
      <Section
        title={text.yours}
        note={
          <Link to="/addresses/$address" params={{ address }}>
            {address}
          </Link>
        }
      >
        <Loaded of={shown}>
          {({ mailbox }) => {
            if (mailbox === undefined) return undefined
            const { usedBytes, quotaBytes, lockedReason, sendingLockedReason } = mailbox
            return (
              <>
                {lockedReason === null ? undefined : <Note tone="warn">{text.lockedMailbox(lockedReason)}</Note>}
                {sendingLockedReason === null ? undefined : <Note tone="warn">{text.sendingLocked(sendingLockedReason)}</Note>}
                {quotaBytes === null ? (
                  <p>{text.unlimited(size(usedBytes))}</p>
                ) : (
                  <Meter label={text.used} share={usedBytes / quotaBytes} words={text.usedOf(size(usedBytes), size(quotaBytes))} />
                )}
                {quotaBytes !== null && usedBytes / quotaBytes >= 0.9 ? <Note tone="warn">{text.nearlyFullOwn}</Note> : undefined}
              </>
            )
          }}
        </Loaded>
      </Section>
      <nav className={styles.ways} aria-label={text.quick}>
        {ways.map(({ label, note, icon, to }) => (
          <Link key={label} to={to} params={{ address }} className={styles.way}>
            <Icon name={icon} size={20} />
            <span>
              <strong>{text[label]}</strong>
              <span>{text[note]}</span>
            </span>
          </Link>
        ))}
      </nav>
    </>
  )
}
