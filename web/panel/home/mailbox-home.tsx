import { Link } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { Meter } from '../../ui/progress.tsx'
import { Loaded } from '../../ui/state.tsx'
import { useHomeText } from './text.ts'
import { Recent } from './recent.tsx'

/** Of one's own mailbox: how full it is, and what people come for. */
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
      <Recent address={address} />
    </>
  )
}
