import type { Language } from '../base/language.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import type { QueueId } from '../mail/ids.ts'
import { writeDate } from '../message/date.ts'
import { isAsciiText } from '../message/fold.ts'

/** What is known of somebody whom a list has lost. */
export interface MemberLeft {
  readonly list: Address
  /** local@domain. */
  readonly member: string
  /** On so many days something did not reach him. */
  readonly days: number
  readonly to: Address
  readonly language: Language
  readonly hostname: string
  readonly queueId: QueueId
  readonly atMs: number
}

/** The mail that tells who looks after a list that a member whom nothing reaches was taken off it. */
export function memberLeftMail(left: MemberLeft): Buffer {
  const { list, to, language, hostname, queueId, atMs } = left
  const { subject, lines } = texts[language](left)
  const fields = [
    `Date: ${writeDate(atMs)}`,
    `From: Posthorn <postmaster@${list.domain}>`,
    `To: ${isAsciiText(formatAddress(to)) ? formatAddress(to) : 'undisclosed-recipients:;'}`,
    `Subject: ${subject}`,
    `Message-ID: <${queueId}.member@${hostname}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Language: ${language}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  return Buffer.from(`${[...fields, '', ...lines].join('\r\n')}\r\n`)
}

/** Subjects are ASCII, since they stand in the header as they are. */
const texts: Readonly<Record<Language, (left: MemberLeft) => { readonly subject: string; readonly lines: readonly string[] }>> = {
  en: ({ list, member, days }) => ({
    subject: 'A member was taken off a distribution list',
    lines: [
      `${member} was taken off the list ${formatAddress(list)}:`,
      `on ${days} days its mail did not reach this address.`,
      '',
      'Once it works again, the member can be added as before.',
    ],
  }),
  de: ({ list, member, days }) => ({
    subject: 'Ein Mitglied wurde aus einem Verteiler genommen',
    lines: [
      `${member} ist nicht mehr im Verteiler ${formatAddress(list)}:`,
      `An ${days} Tagen kam dessen Mail bei dieser Adresse nicht an.`,
      '',
      'Sobald die Adresse wieder erreichbar ist, kann sie wie zuvor eingetragen werden.',
    ],
  }),
}
