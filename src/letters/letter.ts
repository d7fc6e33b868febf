import type { Language } from '../base/language.ts'

/** To whom: all mailboxes, or those of a plan's customers, of a customer, or of a domain. */
export type LetterGroup = { readonly kind: 'all' } | { readonly kind: 'plan' | 'customer' | 'domain'; readonly name: string }

export interface LetterText {
  readonly subject: string
  /** {address}, {domain} and {customer} stand for those of the mailbox. */
  readonly text: string
}

/** In one language at least: who reads another one gets the first that there is. */
export type LetterTexts = Partial<Readonly<Record<Language, LetterText>>>

export interface LetterContent {
  readonly texts: LetterTexts
  /** News can be declined, and who did gets none. */
  readonly news: boolean
}

/** `sending`: as long as somebody waits for it. */
export type LetterState = 'sending' | 'sent' | 'stopped'

/** `taken`: its message is being committed; `unreachable`: the mailbox was gone or locked. */
export type RecipientState = 'waiting' | 'taken' | 'sent' | 'unreachable'

export function textFor({ texts }: LetterContent, language: Language): LetterText {
  const text = texts[language] ?? texts.en ?? texts.de
  if (text === undefined) throw new Error('a letter without a text')
  return text
}

/** The Message-ID of one mailbox's letter, without brackets. */
export function letterMessageId(letterId: number, accountId: number, hostname: string): string {
  return `letter.${letterId}.${accountId}@${hostname}`
}
