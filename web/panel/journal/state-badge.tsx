import { Badge } from '../../ui/badge.tsx'
import type { Entry } from './entry.ts'
import { useJournalText } from './text.ts'

const tones = {
  delivered: 'good',
  forwarded: 'good',
  sent: 'good',
  relayed: 'good',
  deferred: 'warn',
  delayed: 'warn',
  discarded: 'danger',
  refused: 'danger',
  failed: 'danger',
  removed: 'danger',
} as const satisfies Record<Entry['outcome'], string>

/** Where a message is, in one word. */
export function StateBadge({ entry: { outcome, checks } }: { readonly entry: Pick<Entry, 'outcome' | 'checks'> }) {
  const text = useJournalText()
  const isSpam = checks.some(({ check, result }) => check === 'content-filter' && result === 'fail')
  return (
    <>
      <Badge tone={tones[outcome]}>{text.states[outcome]}</Badge>
      {isSpam ? <Badge tone="warn">{text.states.spam}</Badge> : undefined}
    </>
  )
}
