import { Badge } from '../../ui/badge.tsx'
import { useDnsText } from './text.ts'

const tones = { good: 'good', hint: 'accent', warning: 'warn', error: 'danger', unknown: undefined } as const

export type ZoneState = keyof typeof tones

export function StateBadge({ state }: { readonly state: ZoneState }) {
  const tone = tones[state]
  return <Badge {...(tone !== undefined && { tone })}>{useDnsText().states[state]}</Badge>
}
