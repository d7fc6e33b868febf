/** The languages that people are spoken to in. Replies over the wire are English only. */
export type Language = 'en' | 'de'

/** One sentence in every language. */
export type Text = Readonly<Record<Language, string>>
