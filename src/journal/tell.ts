import type { Language, Text } from '../base/language.ts'
import type { CheckName, ToldCheck } from '../mail/check.ts'
import { decidingCheck } from './alike.ts'
import { isSending, type JournalEntry, type JournalOutcome } from './entry.ts'
import { checkNames, clauseOf, outcomeWords } from './findings.ts'

/** An entry in plain words, for CLI and panel. */
export interface Told {
  /** What became of it and why, in one to three sentences. */
  readonly summary: string
  /** One line for each check, in the order in which they ran. */
  readonly checks: readonly string[]
}

/** What sentences about an entry are made of. */
export interface Tellable extends Pick<JournalEntry, 'outcome' | 'clientIp' | 'reply'> {
  readonly checks: readonly ToldCheck[]
  readonly clientName?: string | undefined
  readonly helo?: string | undefined
  readonly sender?: string | undefined
  readonly repeats?: number
}

/** No database, no clock: the same entry always reads the same. */
export function tell(entry: Tellable, language: Language): Told {
  const sentences = [outcomeSentence(entry, language), ...advice(entry, language), ...repeated(entry.repeats ?? 1, language)]
  return { summary: sentences.join(' '), checks: entry.checks.map((check) => checkLine(check, entry, language)) }
}

const outcomeNames: Readonly<Record<JournalOutcome, Text>> = {
  delivered: { en: 'Delivered', de: 'Zugestellt' },
  forwarded: { en: 'Accepted, to be handed on to another server', de: 'Angenommen, zur Weitergabe an einen anderen Server' },
  discarded: { en: 'Accepted and thrown away', de: 'Angenommen und weggeworfen' },
  refused: { en: 'Refused', de: 'Abgelehnt' },
  deferred: { en: 'Deferred', de: 'Aufgeschoben' },
  sent: { en: 'Sent', de: 'Versandt' },
  relayed: { en: 'Sent', de: 'Versandt' },
  delayed: { en: 'Not sent yet', de: 'Noch nicht versandt' },
  failed: { en: 'Failed', de: 'Gescheitert' },
  removed: { en: 'Removed', de: 'Entfernt' },
}

const held: Text = { en: 'Accepted, to be delivered at its time', de: 'Angenommen, wird zu ihrer Zeit zugestellt' }

function outcomeSentence(entry: Tellable, language: Language): string {
  if (isSending(entry.outcome)) return sendingSentence(entry, outcomeNames[entry.outcome][language], language)
  const isHeld = entry.checks.some(({ check, result }) => check === 'relay' && result === 'wait')
  const name = (isHeld ? held : outcomeNames[entry.outcome])[language]
  const isGood = entry.outcome === 'delivered' || entry.outcome === 'forwarded'
  const because = isGood ? undefined : decidingCheck(entry.checks)
  if (because === undefined) return isGood ? `${name}.` : `${name}: ${entry.reply}`
  return `${name}: ${clause(because, entry, language)} (${checkNames[because.check][language]}).`
}

/** To whom, over what, by which way, and what the other side said. */
function sendingSentence(entry: Tellable, name: string, language: Language): string {
  const found = (check: CheckName) => entry.checks.find((one) => one.check === check)
  const { clientName, clientIp, outcome, reply } = entry
  const host = clientName === undefined ? undefined : `${clientName}${clientIp === '' ? '' : ` [${clientIp}]`}`
  const [to, by, answer] = language === 'en' ? ['to', 'by relay', 'Answer'] : ['an', 'über Relay', 'Antwort']
  const security = securityWords[found('transport-security')?.reason ?? '']?.[language]
  const relay = found('way-out')?.detail
  const sending = found('sending')
  const way = [
    ...(host === undefined ? [] : [`${to} ${host}`]),
    ...(security === undefined ? [] : [security]),
    ...(relay === undefined ? [] : [`${by} ${relay}`]),
  ]
  const isGone = outcome === 'sent' || outcome === 'relayed'
  const sentence = `${name}${way.length > 0 ? ` ${way.join(' ')}` : ''}`
  const because = sending === undefined || outcome === 'sent' ? '' : `: ${clause(sending, entry, language)}`
  const next = found('next-attempt')
  return [
    `${isGone ? sentence : name}${because}.`,
    ...(reply === ''
      ? []
      : [`${answer}${!isGone && host !== undefined ? ` ${language === 'en' ? 'of' : 'von'} ${host}` : ''}: ${reply}${next === undefined ? '' : '.'}`]),
    ...(next?.detail === undefined ? [] : [language === 'en' ? `It will be tried again at ${next.detail}.` : `Der nächste Versuch ist um ${next.detail}.`]),
  ].join(' ')
}

const securityWords: Readonly<Record<string, Text>> = {
  none: { en: 'without encryption', de: 'ohne Verschlüsselung' },
  opportunistic: { en: 'over TLS', de: 'über TLS' },
  sts: { en: 'over TLS (MTA-STS)', de: 'über TLS (MTA-STS)' },
  tlsa: { en: 'over TLS (DANE)', de: 'über TLS (DANE)' },
}

/** What happens next, or can be done. */
function advice(entry: Tellable, language: Language): readonly string[] {
  switch (entry.outcome) {
    case 'delivered':
    case 'forwarded':
    case 'discarded':
    case 'sent':
    case 'relayed':
    case 'delayed':
    case 'failed':
    case 'removed':
      return []
    case 'deferred':
      return [again[language]]
    case 'refused':
      return entry.sender === undefined || entry.sender === '' ? [] : [returned[language]]
  }
}

const again: Text = {
  en: 'The sending server may try again, and will do so by itself.',
  de: 'Der sendende Server darf es wieder versuchen und tut das von selbst.',
}
const returned: Text = { en: 'The sender is told by the sending server.', de: 'Der Absender erfährt es von seinem eigenen Server.' }

function repeated(repeats: number, language: Language): readonly string[] {
  if (repeats === 1) return []
  return [
    language === 'en' ? `This entry stands for ${repeats} alike within an hour.` : `Dieser Eintrag steht für ${repeats} gleichartige innerhalb einer Stunde.`,
  ]
}

function checkLine(check: ToldCheck, entry: Tellable, language: Language): string {
  return `${checkNames[check.check][language]}: ${outcomeWords[check.result][language]}, ${clause(check, entry, language)} (${duration(check.micros, language)})`
}

/** What the check found, as a clause. */
export function clause(found: ToldCheck, entry: Tellable, language: Language): string {
  const { reason, detail } = found
  const words = clauseOf(found)?.[language]
  if (words === undefined) return detail === undefined ? reason : `${reason} (${detail})`
  const complete = detail === undefined ? words.replace(/ \(\{detail\}[^)]*\)/, '') : words
  const values = { detail, ip: entry.clientIp, helo: entry.helo }
  return complete.replaceAll(/\{(detail|ip|helo)\}/g, (_whole, name: keyof typeof values) => values[name] ?? '?')
}

export function duration(micros: number, language: Language): string {
  const [value, unit] = micros < 1000 ? [micros, 'µs'] : micros < 1_000_000 ? [micros / 1000, 'ms'] : [micros / 1_000_000, 's']
  return `${new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(value)} ${unit}`
}
