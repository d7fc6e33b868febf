import type { Language } from '../base/language.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import { writeDate } from '../message/date.ts'
import { writeWords } from '../message/write-words.ts'
import type { LetterText } from './letter.ts'

export interface Addressee {
  readonly address: Address
  readonly customer: string
  readonly language: Language
}

export interface LetterAbout {
  readonly messageId: string
  /** What the provider calls itself. */
  readonly provider: string
  readonly hostname: string
  readonly atMs: number
  /** Where news are declined by one click; undefined: it is no news. */
  readonly unsubscribe: string | undefined
}

/** The message that one mailbox gets. Auto-Submitted keeps absent people from answering it (RFC 3834 5). */
export function composeLetter(letter: LetterText, to: Addressee, about: LetterAbout): Buffer {
  const { subject, text } = letterAsRead(letter, to, about.unsubscribe)
  const fields = [
    `Date: ${writeDate(about.atMs)}`,
    `From: ${displayName(about.provider)} <postmaster@${about.hostname}>`,
    `To: <${formatAddress(to.address)}>`,
    `Subject: ${writeWords(subject)}`,
    `Message-ID: <${about.messageId}>`,
    'Auto-Submitted: auto-generated',
    ...(about.unsubscribe === undefined ? [] : [`List-Unsubscribe: <${about.unsubscribe}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click']),
    'MIME-Version: 1.0',
    `Content-Language: ${to.language}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ]
  const body = Buffer.from(text.replaceAll(/\r?\n/g, '\r\n')).toString('base64')
  return Buffer.from(`${[...fields, '', ...(body.match(/.{1,76}/g) ?? [])].join('\r\n')}\r\n`)
}

/** What one mailbox reads. `unsubscribe`: see LetterAbout. */
export function letterAsRead(letter: LetterText, to: Addressee, unsubscribe: string | undefined): LetterText {
  const { subject, text } = personal(letter, to)
  return { subject, text: withEnd(text, unsubscribe, to.language) }
}

function displayName(name: string): string {
  return /^[ -~]*$/.test(name) ? `"${name.replaceAll(/["\\]/g, '')}"` : writeWords(name)
}

/** With what stands for the mailbox's own. */
function personal({ subject, text }: LetterText, { address, customer }: Omit<Addressee, 'language'>): LetterText {
  const values: Readonly<Record<string, string>> = { address: formatAddress(address), domain: address.domain, customer }
  const fill = (words: string) => words.replaceAll(/\{(address|domain|customer)\}/g, (whole, name: string) => values[name] ?? whole)
  return { subject: fill(subject), text: fill(text) }
}

function withEnd(text: string, unsubscribe: string | undefined, language: Language): string {
  const whole = text.endsWith('\n') ? text : `${text}\n`
  if (unsubscribe === undefined) return whole
  const words = { en: 'No more news like this:', de: 'Keine solchen Neuigkeiten mehr:' }[language]
  return `${whole}\n-- \n${words} ${unsubscribe}\n`
}
