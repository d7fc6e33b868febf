/**
 * A reply and the checks behind it say mostly the same from message to message: which checks ran, in which order, with which
 * result and reason. That is the phrase, kept once; what differs (times, details) stands in the row. Values that the row has
 * anyway are marks in the phrase. Pure, and writes back exactly what it read.
 */

import type { CheckName, CheckOutcome, TimedCheck } from '../mail/check.ts'

/** Values of the row that replies and details repeat, by their marks. */
export interface Marked {
  readonly h: string | undefined // client name
  readonly i: string // client address
  readonly q: string | undefined // queue id
  readonly r: string | undefined // recipient
  readonly s: string | undefined // sender
}

export interface Phrased {
  /** The same for all alike. */
  readonly phrase: string
  /** What differs: microseconds in base 36, then on a line of its own the details that are no marks, as JSON. */
  readonly varied: string
}

type PhraseCheck = readonly [check: string, result: string, reason: string, detail?: string]

/** A detail of its own, kept in `varied`. */
const ownDetail = '%d'

const marks = ['h', 'i', 'q', 'r', 's'] as const

/** Shorter values would be found in the middle of words. */
const shortestInText = 5

export function makePhrase(reply: string, checks: readonly TimedCheck[], marked: Marked): Phrased {
  const details: string[] = []
  const shapes = checks.map(({ check, result, reason, detail }): PhraseCheck => {
    const said = markText(reason, marked)
    if (detail === undefined) return [check, result, said]
    const mark = marks.find((name) => marked[name] === detail)
    if (mark === undefined) details.push(detail)
    return [check, result, said, mark === undefined ? ownDetail : `%${mark}`]
  })
  const micros = checks.map((check) => Math.max(0, Math.round(check.micros)).toString(36)).join(',')
  return {
    phrase: JSON.stringify([markText(reply, marked), ...shapes]),
    varied: details.length === 0 ? micros : `${micros}\n${JSON.stringify(details)}`,
  }
}

export function readPhrase({ phrase, varied }: Phrased, marked: Marked): { readonly reply: string; readonly checks: readonly TimedCheck[] } {
  const [reply, ...shapes] = JSON.parse(phrase) as [string, ...PhraseCheck[]]
  const [microsText = '', detailsText = '[]'] = varied.split('\n')
  const micros = microsText.split(',')
  const details = (JSON.parse(detailsText) as string[]).values()
  const checks = shapes.map(([check, result, reason, mark], index) => {
    const found = {
      check: check as CheckName,
      result: result as CheckOutcome,
      reason: unmarkText(reason, marked),
      micros: Number.parseInt(micros[index] ?? '0', 36),
    }
    if (mark === undefined) return found
    return { ...found, detail: mark === ownDetail ? (details.next().value ?? '') : unmarkText(mark, marked) }
  })
  // What an earlier version has written may have reasons that there are no more: who tells of them shows them as they are.
  return { reply: unmarkText(reply, marked), checks: checks as readonly TimedCheck[] }
}

function markText(text: string, marked: Marked): string {
  let out = text.replaceAll('%', '%%')
  for (const mark of marks) {
    const value = marked[mark]
    // A value with a % could be found across an escaped one.
    if (value !== undefined && value.length >= shortestInText && !value.includes('%')) out = out.replaceAll(value, `%${mark}`)
  }
  return out
}

function unmarkText(text: string, marked: Marked): string {
  return text.replaceAll(/%([%hiqrs])/g, (_whole, mark: '%' | (typeof marks)[number]) => (mark === '%' ? '%' : (marked[mark] ?? '')))
}
