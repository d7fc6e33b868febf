import type { Text } from '../base/language.ts'

/**
 * `input`: the request itself is wrong (a misspelt key, no address). The others are about what is there: `unknown`: there is no
 * such thing; `exists`: there is one already; `conflict`: something else stands against it; `limit`: no more fit; `forbidden`: not for the one who asks.
 */
export type RefusalCode = 'input' | 'unknown' | 'exists' | 'conflict' | 'limit' | 'forbidden'

/** An operation was not done, and changed nothing. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: RefusalCode
  /** The input's field that it is about: "address", "values.greylisting". */
  readonly field: string | undefined
  /** What is wrong, and what would be right. */
  readonly text: Text

  constructor(code: RefusalCode, field: string | undefined, text: Text) {
    super(text.en)
    this.code = code
    this.field = field
    this.text = text
  }
}
