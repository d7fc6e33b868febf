import type { Language } from '../base/language.ts'
import { writeDate } from '../message/date.ts'
import type { WhyOff } from './change.ts'

/** That a webhook was switched off: to whom, and what about. */
export interface OffNotice {
  readonly to: string
  readonly language: Language
  readonly url: string
  readonly why: Exclude<WhyOff, 'asked'>
  readonly hostname: string
  /** Of the message, without brackets. */
  readonly messageId: string
  readonly atMs: number
}

/** The mail that tells its owner. Auto-Submitted keeps absent people from answering it (RFC 3834 5). */
export function offNotice({ to, language, url, why, hostname, messageId, atMs }: OffNotice): Buffer {
  const { subject, lines } = texts[language](new URL(url).origin, why)
  const fields = [
    `Date: ${writeDate(atMs)}`,
    `From: Posthorn <postmaster@${hostname}>`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Message-ID: <${messageId}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Language: ${language}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  return Buffer.from(`${[...fields, '', ...lines].join('\r\n')}\r\n`)
}

type Words = (origin: string, why: OffNotice['why']) => { readonly subject: string; readonly lines: readonly string[] }

/** Subjects are ASCII, since they stand in the header as they are. */
const texts: Readonly<Record<Language, Words>> = {
  en: (origin, why) => ({
    subject: 'A webhook was switched off',
    lines: [
      why === 'gone'
        ? `The webhook at ${origin} answered that it does not exist any more (410).`
        : `Nothing that was sent to the webhook at ${origin} has arrived for three days.`,
      'It was switched off: it is not told any more what happens.',
      '',
      'When it works again, switch it on on the page Webhooks of the panel, where you also',
      'see what it answered. Messages that wait are kept for 30 days.',
    ],
  }),
  de: (origin, why) => ({
    subject: 'Ein Webhook wurde ausgeschaltet',
    lines: [
      why === 'gone'
        ? `Der Webhook bei ${origin} hat geantwortet, dass es ihn nicht mehr gibt (410).`
        : `Seit drei Tagen ist beim Webhook bei ${origin} nichts mehr angekommen.`,
      'Er wurde ausgeschaltet und erfährt nicht mehr, was geschieht.',
      '',
      'Wenn er wieder arbeitet, schalten Sie ihn auf der Seite Webhooks der Verwaltung ein;',
      'dort sehen Sie auch, was er geantwortet hat. Wartende Nachrichten bleiben 30 Tage.',
    ],
  }),
}
