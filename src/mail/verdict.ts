import type { CheckName } from './check.ts'
import type { Reply } from './reply.ts'

/**
 * What is done with a command or a message, and because of which check. `reject` is a 5xx, `defer` a 4xx,
 * `discard` says 250 and keeps nothing, `accept` goes on.
 */
export type Verdict =
  | { readonly action: 'accept' }
  | { readonly action: 'discard'; readonly because: CheckName }
  | { readonly action: 'reject' | 'defer'; readonly reply: Reply; readonly because: CheckName }

export const accept: Verdict = { action: 'accept' }
