import type { Language } from '../base/language.ts'
import { parseAddress } from '../mail/address.ts'
import { type DsnOccasion, wantsNotice } from '../mail/outgoing.ts'
import type { DueRecipient, Due, OutgoingReport, Queue } from '../queue/queue.ts'
import { composeReport, type Report, type ReportedRecipient } from '../queue/dsn/report.ts'
import { dsnLimits } from '../queue/dsn/limits.ts'
import type { Trouble } from '../queue/trouble.ts'
import { readText } from '../message/encoded-word.ts'
import { fields, headerSectionEnd } from '../message/header-section.ts'

/** Whom a notice is about, and what happened. */
export interface Noticed {
  readonly recipient: DueRecipient
  readonly trouble: Trouble | undefined
  /** `relayed`: who took it, and with what words. */
  readonly taken?: ReportedRecipient['taken']
}

export interface NoticeOptions {
  readonly queue: Pick<Queue, 'text'>
  readonly hostname: string
  /** Of the sender, where it is a mailbox here. */
  readonly languageOf: (address: string) => Promise<Language>
}

const occasions = { failed: 'failure', delayed: 'delay', relayed: 'success', delivered: 'success', expanded: 'success' } as const satisfies Record<
  Report['action'],
  DsnOccasion
>

/** A notice to the sender; undefined: there is none to tell (RFC 5321 4.5.5), or nobody of these wants one. */
export async function noticeOf(
  due: Due,
  action: Report['action'],
  noticed: readonly Noticed[],
  {
    nowMs,
    giveUpAtMs,
    toList,
    queue,
    hostname,
    languageOf,
  }: NoticeOptions & { readonly nowMs: number; readonly giveUpAtMs: number; readonly toList?: boolean },
): Promise<OutgoingReport | undefined> {
  const to = due.reversePath === '' ? undefined : parseAddress(due.reversePath)
  const about = noticed.filter(({ recipient }) => wantsNotice(recipient.dsn, occasions[action]))
  if (to === undefined || about.length === 0) return undefined
  // RFC 8689 5: of what must not go in the clear the header section alone comes back.
  const whole = action === 'failed' && due.ret === 'full' && !due.requireTls && due.sizeBytes <= dsnLimits.returnedOctets
  const octets = await beginning(queue.text(due), whole ? dsnLimits.returnedOctets : dsnLimits.returnedHeaderOctets, whole)
  const subject = fields(octets, 'subject')[0]
  const report = composeReport({
    ...{ action, toList, hostname, to, giveUpAtMs, atMs: nowMs },
    language: await languageOf(due.reversePath),
    queueId: due.queueId,
    acceptedAtMs: due.acceptedAtMs,
    envelopeId: due.envelopeId,
    original: { octets, whole },
    subject: subject === undefined ? undefined : readText(subject),
    recipients: about.flatMap(({ recipient, trouble, taken }) => {
      const address = parseAddress(recipient.address)
      return address === undefined ? [] : [{ address, trouble, taken, originalRecipient: recipient.dsn?.originalRecipient, lastAttemptMs: nowMs }]
    }),
  })
  return { to: due.reversePath, octets: report, requireTls: due.requireTls }
}

/** As far as it is returned. */
export function headerSectionOf(text: AsyncIterable<Buffer>): Promise<Buffer> {
  return beginning(text, dsnLimits.returnedHeaderOctets, false)
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
