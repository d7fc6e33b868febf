import type { Language, Text } from '../../base/language.ts'
import type { CheckName, CheckOutcome, ToldCheck } from '../../mail/check.ts'
import { decidingCheck } from '../alike.ts'
import { isSubmitted } from '../direction.ts'
import { isSending } from '../entry.ts'
import { clause, type Tellable } from '../tell.ts'
import { type Offer, offersFor, type Offered } from './actions.ts'
import { type Explained, explained } from './explained.ts'
import { headlineOf, stepNames } from './words.ts'

/** What became of a message for one recipient, for people who know nothing of mail servers. */
export interface Story {
  /** What became of it, in one sentence. */
  readonly headline: Text
  /** What that means, and what happens next by itself. */
  readonly meaning: readonly Text[]
  /** Who can do what. */
  readonly advice: readonly Text[]
  /** In the order in which it happened. */
  readonly steps: readonly StoryStep[]
  /** What can be done here, with one click each; the most helpful first. */
  readonly offers: readonly Offer[]
}

export interface StoryStep {
  readonly check: CheckName | 'arrival'
  readonly name: Text
  readonly result: CheckOutcome
  /** Because of this it ended as it did. */
  readonly decided: boolean
  readonly found: Text
  /** Wall time in microseconds; undefined: nothing was measured. */
  readonly micros?: number
  /** Tests of the content filter, the weightiest first. */
  readonly tests: readonly StoryTest[]
}

export interface StoryTest {
  readonly name: string
  /** Above 0: speaks for spam. */
  readonly points: number
  /** Why there is such a test. */
  readonly why?: Text
}

export type StoryEntry = Tellable & Offered

/** Why a test of the content filter exists; undefined: there is none of that name any more. */
export type TestReason = (name: string) => Text | undefined

/** No database, no clock: the same entry always reads the same. */
export function storyOf(entry: StoryEntry, why: TestReason): Story {
  const because = decisive(entry)
  const known = because === undefined ? undefined : explanationOf(because)
  const fill = (text: Text): Text => filled(text, entry, because)
  return {
    headline: fill(headlineOf(entry, because)),
    meaning: known === undefined ? [] : [fill(known.means)],
    advice: known?.help === undefined ? [] : [fill(known.help)],
    steps: [arrival(entry), ...entry.checks.map((check) => stepOf(check, entry, { because, why }))],
    offers: offersFor(entry),
  }
}

/** The check because of which it ended as it did. What was delivered may have had something against it all the same. */
function decisive(entry: StoryEntry): ToldCheck | undefined {
  const { checks, outcome } = entry
  if (isSending(outcome)) return checks.find(({ check }) => check === 'sending')
  if (outcome === 'refused' || outcome === 'deferred' || outcome === 'discarded') return decidingCheck(checks)
  const against = ['virus', 'content-filter', 'authentication'] as const
  return against
    .map((name) => checks.findLast(({ check, result, reason }) => check === name && result === 'fail' && reason !== 'fail'))
    .find((found) => found !== undefined)
}

function explanationOf({ check, reason }: ToldCheck): Explained | undefined {
  return (explained[check] as Readonly<Partial<Record<string, Explained>>>)[reason]
}

function arrival(entry: StoryEntry): StoryStep {
  return { check: 'arrival', name: stepNames.arrival, result: 'none', decided: false, found: filled(arrivalOf(entry), entry, undefined), tests: [] }
}

function arrivalOf(entry: StoryEntry): Text {
  if (isSending(entry.outcome)) {
    if (entry.sender === '')
      return { en: 'A notice went to {recipient}, at another server.', de: 'Eine Meldung ging an {recipient}, bei einem anderen Server.' }
    return { en: '{sender} wrote to {recipient}, at another server.', de: '{sender} schrieb an {recipient}, bei einem anderen Server.' }
  }
  if (entry.sender === undefined) return { en: '{host} made a connection.', de: '{host} stellte eine Verbindung her.' }
  if (isSubmitted(entry)) {
    return { en: '{sender} signed in at {host} and sent it to {recipient}.', de: '{sender} meldete sich von {host} an und sandte sie an {recipient}.' }
  }
  // How mail servers send notices.
  if (entry.sender === '') return { en: 'The server {host} brought a notice for {recipient}.', de: 'Der Server {host} brachte eine Meldung für {recipient}.' }
  return { en: 'The server {host} brought it, from {sender} for {recipient}.', de: 'Der Server {host} brachte sie, von {sender} an {recipient}.' }
}

function stepOf(check: ToldCheck, entry: StoryEntry, { because, why }: { readonly because: ToldCheck | undefined; readonly why: TestReason }): StoryStep {
  const found = (language: Language) => sentence(clause(withoutTests(check), entry, language))
  return {
    check: check.check,
    name: stepNames[check.check],
    result: check.result,
    decided: check === because,
    found: { en: found('en'), de: found('de') },
    ...(!isSending(entry.outcome) && { micros: check.micros }),
    tests: testsOf(check, why),
  }
}

/** The score without the tests, which are told one by one. */
function withoutTests(check: ToldCheck): ToldCheck {
  const colon = check.check === 'content-filter' ? (check.detail?.indexOf(':') ?? -1) : -1
  return colon < 0 ? check : { ...check, detail: check.detail?.slice(0, colon) ?? '' }
}

/** As `scoreDetail` in policy/content.ts writes them. */
export function testsOf({ check, detail = '' }: ToldCheck, why: TestReason): readonly StoryTest[] {
  if (check !== 'content-filter') return []
  return [...detail.matchAll(/([A-Z][A-Z0-9_]*)=(-?[\d.]+)/g)].map(([, name = '', points = '']) => {
    const reason = why(name)
    return { name, points: Number(points), ...(reason !== undefined && { why: reason }) }
  })
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?…]$/.test(first) ? first : `${first}.`
}

function filled(text: Text, entry: StoryEntry, because: ToldCheck | undefined): Text {
  const { clientName, clientIp, recipient } = entry
  const host = clientName === undefined ? clientIp : `${clientName}${clientIp === '' ? '' : ` [${clientIp}]`}`
  const values = { host, ip: clientIp, detail: because?.detail ?? '?', recipient: recipient ?? '?', sender: entry.sender ?? '?' }
  const inLanguage = (language: Language) =>
    text[language].replaceAll(/\{(host|ip|detail|recipient|sender)\}/g, (_whole, name: keyof typeof values) => values[name])
  return { en: inLanguage('en'), de: inLanguage('de') }
}
