import type { OperationInput } from '../../data/call.ts'

type Group = 'all' | 'plan' | 'customer' | 'domain'

/** A letter that is being written. */
export interface Draft {
  readonly subjects: Readonly<Record<'de' | 'en', string>>
  readonly texts: Readonly<Record<'de' | 'en', string>>
  readonly news: boolean
  readonly group: Group
  /** Of the plan, customer or domain. */
  readonly names: Readonly<Record<Exclude<Group, 'all'>, string>>
}

export const emptyDraft: Draft = {
  subjects: { de: '', en: '' },
  texts: { de: '', en: '' },
  news: false,
  group: 'all',
  names: { plan: '', customer: '', domain: '' },
}

/** Who looks at another page meanwhile finds their letter again; nobody else does. */
const drafts = new Map<string, Draft>()

export function draftOf(who: string): Draft {
  return drafts.get(who) ?? emptyDraft
}

export function keepDraft(who: string, draft: Draft | undefined): void {
  if (draft === undefined) drafts.delete(who)
  else drafts.set(who, draft)
}

/** As the operation takes it; a language without any text is left out. */
export function letterOf({ subjects, texts, news, group, names }: Draft): OperationInput<'letter.preview'> {
  const inLanguage = (language: 'de' | 'en') =>
    subjects[language].trim() === '' && texts[language].trim() === '' ? {} : { [language]: { subject: subjects[language].trim(), text: texts[language] } }
  return { ...inLanguage('de'), ...inLanguage('en'), news, ...(group !== 'all' && { [group]: names[group].trim() }) }
}

export function isEmpty({ subjects, texts }: Draft): boolean {
  return [subjects.de, subjects.en, texts.de, texts.en].every((words) => words.trim() === '')
}
