import { wantsNotice } from '../mail/outgoing.ts'
import { formatRemoteReply, type RemoteReply } from '../mail/remote-reply.ts'
import type { Deferral, Due, DueRecipient, RecipientEnd } from '../queue/queue.ts'
import { refusalReason } from '../queue/reason.ts'
import { nextAttemptMs, type Schedule } from '../queue/schedule.ts'
import type { Trouble } from '../queue/trouble.ts'
import type { RecipientResult } from '../smtp/client/transaction.ts'
import type { Heard } from './routes.ts'

/** What an attempt comes to for one recipient. `again`: it was not its turn yet (RFC 5321 4.5.3.1.10), at once. */
export type Outcome = { readonly recipient: DueRecipient } & (
  | { readonly kind: 'end'; readonly end: RecipientEnd }
  | { readonly kind: 'wait'; readonly deferral: Deferral }
  | { readonly kind: 'again' }
)

/** What an attempt found: an answer for each recipient, or a trouble for all of them. */
export type Attempt =
  | {
      readonly kind: 'answered'
      readonly results: readonly RecipientResult[]
      readonly host: string
      /** The other side tells the sender what it was asked to tell (RFC 3461). */
      readonly tellsSender: boolean
    }
  /** `lasting`: trying again will not help. */
  | { readonly kind: 'trouble'; readonly trouble: Trouble; readonly lasting: boolean; readonly notBeforeMs?: number | undefined }

export interface OutcomeFacts {
  readonly schedule: Schedule
  readonly nowMs: number
  /** 0 to 1. */
  readonly chance: number
  /** By which it was tried. */
  readonly relay: string
  /** What a 4xx or 5xx of this host says of the relay. */
  readonly heard: (reply: RemoteReply, host: string) => Heard
}

export function outcomesOf(due: Due, attempt: Attempt, facts: OutcomeFacts): Outcome[] {
  if (attempt.kind === 'trouble') {
    const { trouble, lasting, notBeforeMs } = attempt
    const heard = trouble.by === 'answer' ? facts.heard(trouble.reply, trouble.host) : undefined
    return due.recipients.map((recipient) => {
      if (trouble.by === 'answer' && heard?.listed === true) return listed(due, recipient, trouble, heard.another, facts)
      return lasting ? ended(recipient, trouble) : waiting(due, recipient, trouble, { ...facts, notBeforeMs })
    })
  }
  const { results, host, tellsSender } = attempt
  const anyTaken = results.some(({ result }) => result === 'accepted')
  return due.recipients.map((recipient, place) => {
    const found = results[place] ?? ({ result: 'left' } as const)
    switch (found.result) {
      case 'accepted': {
        return { kind: 'end', recipient, end: { end: wantsNotice(recipient.dsn, 'success') && !tellsSender ? 'relayed' : 'delivered', reply: found.reply } }
      }
      case 'left':
        return { kind: 'again', recipient }
      case 'unable':
        return ended(recipient, unable[found.lacks])
      case 'refused': {
        if (anyTaken && found.by === 'rcpt' && tooManyRecipients(found.reply)) return { kind: 'again', recipient }
        const { reply } = found
        const heard = facts.heard(reply, host)
        const trouble = { by: 'answer', reason: refusalReason(reply, heard.listed), reply, host } as const
        if (heard.listed) return listed(due, recipient, trouble, heard.another, facts)
        return reply.code < 500 ? waiting(due, recipient, trouble, facts) : ended(recipient, trouble)
      }
    }
  })
}

/** RFC 6531 3.5, RFC 8689 4.2.1, RFC 1870 6.1. */
const unable: Readonly<Record<'SMTPUTF8' | 'REQUIRETLS' | 'SIZE', Trouble>> = {
  SMTPUTF8: { by: 'us', what: 'utf8', enhanced: '5.6.7', detail: 'the other side does not offer SMTPUTF8' },
  REQUIRETLS: { by: 'us', what: 'require-tls', enhanced: '5.7.30', detail: 'the other side does not offer REQUIRETLS' },
  SIZE: { by: 'us', what: 'too-large', enhanced: '5.3.4', detail: 'the message is larger than the SIZE that the other side offers' },
}

/** The message is not at fault, whatever the code says: another way at once where there is one, else when the schedule has it (SPEC D2). */
function listed(due: Due, recipient: DueRecipient, answer: Extract<Trouble, { by: 'answer' }>, another: boolean, facts: OutcomeFacts): Outcome {
  const trouble = { ...answer, reason: 'listed' } as const
  const listedRelays = [...new Set([...recipient.listedRelays, facts.relay])]
  if (another) return { kind: 'wait', recipient, deferral: { trouble, nextAttemptMs: facts.nowMs, listedRelays } }
  return waiting(due, { ...recipient, listedRelays }, trouble, facts)
}

/** The next try comes by the schedule, not before a destination that is left alone is asked again; past the end of its time it fails. */
function waiting(due: Due, recipient: DueRecipient, trouble: Trouble, facts: OutcomeFacts & { readonly notBeforeMs?: number | undefined }): Outcome {
  const { schedule, nowMs, chance, notBeforeMs = 0 } = facts
  const startMs = Math.max(due.acceptedAtMs, due.notBeforeMs ?? 0)
  const nextMs = nextAttemptMs(
    { ...schedule, giveUpMs: endMs(due, schedule) - startMs },
    { acceptedAtMs: startMs, attempts: recipient.attempts + 1, nowMs, chance },
  )
  if (nextMs === undefined) return ended(recipient, trouble)
  const nextAttempt = Math.min(Math.max(nextMs, notBeforeMs), endMs(due, schedule))
  return { kind: 'wait', recipient, deferral: { trouble, nextAttemptMs: nextAttempt, listedRelays: recipient.listedRelays } }
}

function ended(recipient: DueRecipient, trouble: Trouble): Outcome {
  return { kind: 'end', recipient, end: { end: 'failed', trouble } }
}

/** When a message fails that nobody takes. */
export function endMs(due: Pick<Due, 'acceptedAtMs' | 'notBeforeMs' | 'giveUpAtMs'>, { giveUpMs }: Schedule): number {
  return Math.min(Math.max(due.acceptedAtMs, due.notBeforeMs ?? 0) + giveUpMs, due.giveUpAtMs ?? Number.POSITIVE_INFINITY)
}

/** RFC 5321 4.5.3.1.10: 452, and 552 of old servers; not a full mailbox, which shares the code. */
function tooManyRecipients(reply: RemoteReply): boolean {
  if (reply.code !== 452 && reply.code !== 552) return false
  return reply.enhanced?.endsWith('.5.3') === true || /too many (?:recipients|rcpt)/i.test(formatRemoteReply(reply))
}
