import type { OperationOutput } from '../../data/call.ts'
import { Badge } from '../../ui/badge.tsx'
import { useRelaysText } from './text.ts'

export type RelayListing = OperationOutput<'relay.list'>['relays'][number]

const tones = { in: 'good', warming: 'accent', pausing: 'warn', withdrawn: 'danger' } as const

export function RelayState({ relay: { state, here } }: { readonly relay: Pick<RelayListing, 'state' | 'here'> }) {
  const text = useRelaysText()
  return <Badge tone={here ? tones[state] : 'danger'}>{text.states[state]}</Badge>
}

/** What the state means for mail, and why it is so. */
export function useStateWords(): (relay: RelayListing) => string {
  const text = useRelaysText()
  return ({ state, by, why, until, mostToday, here }) => {
    if (!here) return text.notHere
    switch (state) {
      case 'in':
        return text.stateNotes.in
      case 'warming':
        return text.stateNotes.warming(mostToday)
      case 'pausing':
        return text.stateNotes.pausing(until)
      case 'withdrawn':
        return [by === 'listing' ? text.byListing : text.byHand, why].filter(Boolean).join(' ')
    }
  }
}
