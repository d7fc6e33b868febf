import type { Language } from '../base/language.ts'
import { parseAddress } from '../mail/address.ts'
import type { DueRecipient, Due, OutgoingReport, Queue } from '../queue/queue.ts'
import { composeReport, type Report } from '../queue/dsn/report.ts'
import type { Trouble } from '../queue/trouble.ts'
import { readText } from '../message/encoded-word.ts'
import { fields, headerSectionEnd } from '../message/header-section.ts'
import { sendingLimits } from './limits.ts'

/** Whom a notice is about, and what happened. */
export interface Noticed {
  readonly recipient: DueRecipient
  readonly trouble: Trouble | undefined
}

export interface NoticeOptions {
  readonly queue: Pick<Queue, 'text'>
  readonly hostname: string
  /** Of the sender, where it is a mailbox here. */
  readonly languageOf: (address: string) => Promise<Language>
}

/** RFC 3461 4.1: who asks for nothing is told of failures and delays. */
export function wantsNotice({ dsn }: DueRecipient, action: Report['action']): boolean {
  if (dsn === undefined) return action === 'failed' || action === 'delayed'
  if (dsn.notify === 'never') return false
  return dsn.notify.includes(action === 'failed' ? 'failure' : action === 'delayed' ? 'delay' : 'success')
}

/** A notice to the sender; undefined: there is none to tell (RFC 5321 4.5.5), or nobody of these wants one. */
export async function noticeOf(
  due: Due,
  action: Report['action'],
  noticed: readonly Noticed[],
  { nowMs, giveUpAtMs, queue, hostname, languageOf }: NoticeOptions & { readonly nowMs: number; readonly giveUpAtMs: number },
): Promise<OutgoingReport | undefined> {
  const to = due.reversePath === '' ? undefined : parseAddress(due.reversePath)
  const about = noticed.filter(({ recipient }) => wantsNotice(recipient, action))
  if (to === undefined || about.length === 0) return undefined
  const whole = action === 'failed' && due.ret === 'full' && due.sizeBytes <= sendingLimits.returnedOctets
  const octets = await beginning(queue.text(due), whole ? sendingLimits.returnedOctets : sendingLimits.returnedHeaderOctets, whole)
  const subject = fields(octets, 'subject')[0]
  const report = composeReport({
    ...{ action, hostname, to, giveUpAtMs, atMs: nowMs },
    language: await languageOf(due.reversePath),
    queueId: due.queueId,
    acceptedAtMs: due.acceptedAtMs,
    envelopeId: due.envelopeId,
    original: { octets, whole },
    subject: subject === undefined ? undefined : readText(subject),
    recipients: about.flatMap(({ recipient, trouble }) => {
      const address = parseAddress(recipient.address)
      return address === undefined ? [] : [{ address, trouble, originalRecipient: recipient.dsn?.originalRecipient, lastAttemptMs: nowMs }]
    }),
  })
  return { to: due.reversePath, octets: report }
}

/** A message as far as it is returned; without `body` its header section alone. */
async function beginning(text: AsyncIterable<Buffer>, limit: number, body: boolean): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of text) {
    pieces.push(piece)
    length += piece.length
    if (length >= limit) break
  }
  const octets = Buffer.concat(pieces).subarray(0, limit)
  return body ? octets : octets.subarray(0, headerSectionEnd(octets))
}
