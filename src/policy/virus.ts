import type { Settings } from '../directory/settings.ts'
import type { Reply } from '../mail/reply.ts'
import type { VirusFinding } from '../virus/finding.ts'
import { replies } from './replies.ts'

/** `delivered`: it goes on, and its header says what is known of it. `infected`: each recipient has its own wish. */
export type VirusOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'infected'; readonly name: string }
  | { readonly kind: 'reply'; readonly reply: Reply }

const delivered: VirusOutcome = { kind: 'delivered' }

/** What a finding of the virus check means here (SPEC A8). What nobody can look into has an outcome of its own. */
export function virusOutcome({ reason, detail = '' }: VirusFinding, settings: Settings): VirusOutcome {
  switch (reason) {
    case 'clean':
      return delivered
    case 'virus':
      return { kind: 'infected', name: detail }
    case 'encrypted archive':
      return unscannable(settings['virus.encrypted'], detail, replies.notLookedInto)
    case 'beyond limits':
      return unscannable(settings['virus.beyond-limits'], detail, replies.notLookedInto)
    case 'too large':
      return unscannable(settings['virus.too-large'], detail, replies.tooLargeToScan)
    case 'away':
    case 'too late':
      return settings['virus.unavailable'] === 'deliver' ? delivered : { kind: 'reply', reply: replies.noVirusCheckNow }
  }
}

function unscannable(action: 'deliver' | 'refuse' | 'virus', name: string, refusal: Reply): VirusOutcome {
  switch (action) {
    case 'deliver':
      return delivered
    case 'refuse':
      return { kind: 'reply', reply: refusal }
    case 'virus':
      return { kind: 'infected', name }
  }
}
