import type { Language } from '../base/language.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import type { QueueId } from '../mail/ids.ts'
import { writeDate } from '../message/date.ts'
import { isAsciiText } from '../message/fold.ts'
import type { QuotaLevel } from '../store/quota-level.ts'

/** What a warning says (SPEC C6). */
export interface QuotaWarning {
  readonly address: Address
  readonly language: Language
  readonly level: Exclude<QuotaLevel, 0>
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly hostname: string
  readonly queueId: QueueId
  readonly atMs: number
}

/** The mail that tells its owner how full a mailbox is. Auto-Submitted keeps absence notes from answering it (RFC 3834 5). */
export function quotaWarning(warning: QuotaWarning): Uint8Array {
  const { address, hostname, queueId, atMs } = warning
  const { subject, lines } = texts[warning.language](warning)
  const fields = [
    `Date: ${writeDate(atMs)}`,
    `From: Posthorn <postmaster@${address.domain}>`,
    `To: ${isAsciiText(formatAddress(address)) ? formatAddress(address) : 'undisclosed-recipients:;'}`,
    `Subject: ${subject}`,
    `Message-ID: <${queueId}.quota@${hostname}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Language: ${warning.language}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  return Buffer.from(`${[...fields, '', ...lines].join('\r\n')}\r\n`)
}

const megabyte = 1024 * 1024

/** "3.9 GB of 4 GB"; German with a comma. */
function amounts({ usedBytes, quotaBytes, language }: QuotaWarning): { readonly used: string; readonly quota: string } {
  const format = (bytes: number) => {
    const [value, unit] = bytes >= 1024 * megabyte ? [bytes / 1024 / megabyte, 'GB'] : bytes >= megabyte ? [bytes / megabyte, 'MB'] : [bytes / 1024, 'KB']
    return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value)} ${unit}`
  }
  return { used: format(usedBytes), quota: format(quotaBytes) }
}

/** Subjects are ASCII, since they stand in the header as they are. */
const texts: Readonly<Record<Language, (warning: QuotaWarning) => { readonly subject: string; readonly lines: readonly string[] }>> = {
  en(warning) {
    const { used, quota } = amounts(warning)
    if (warning.level === 100) {
      return {
        subject: 'Your mailbox is full',
        lines: [
          `Your mailbox holds ${used} of ${quota}: it is full.`,
          '',
          'New mail is not accepted for now; who sends it is told, or tries again. Delete',
          'messages that you do not need any more, and empty the trash, to make room.',
        ],
      }
    }
    return {
      subject: `Your mailbox is ${warning.level} % full`,
      lines: [
        `Your mailbox holds ${used} of ${quota}.`,
        '',
        'When it is full, no more mail is accepted. Delete messages that you do not need',
        'any more, and empty the trash, to make room.',
      ],
    }
  },
  de(warning) {
    const { used, quota } = amounts(warning)
    if (warning.level === 100) {
      return {
        subject: 'Ihr Postfach ist voll',
        lines: [
          `Ihr Postfach enthält ${used} von ${quota}: Es ist voll.`,
          '',
          'Neue Mail wird vorerst nicht angenommen; wer sie schickt, erfährt es oder',
          'versucht es wieder. Löschen Sie, was Sie nicht mehr brauchen, und leeren Sie den',
          'Papierkorb, um Platz zu schaffen.',
        ],
      }
    }
    return {
      subject: `Ihr Postfach ist zu ${warning.level} % voll`,
      lines: [
        `Ihr Postfach enthält ${used} von ${quota}.`,
        '',
        'Ist es voll, wird keine Mail mehr angenommen. Löschen Sie, was Sie nicht mehr',
        'brauchen, und leeren Sie den Papierkorb, um Platz zu schaffen.',
      ],
    }
  },
}
