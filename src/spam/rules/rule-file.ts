import type { Text } from '../../base/language.ts'
import { type Expression, parseExpression } from './expression.ts'
import { type Place, quotedText, type RuleBlock, RuleError, ruleBlocks } from '../../base/rule-blocks.ts'
import { type BlocklistEntry, readBlocklist } from './blocklist-entry.ts'
import { readValues } from './rule-values.ts'

/** A test as a rule file tells of it. */
export interface Rule {
  readonly name: string
  readonly score: number
  readonly when: Expression
  readonly whenPlace: Place
  /** One plain sentence for who asks "why?". */
  readonly why: Text
  /** Messages that it has to fire on, and such that it must not: both are tried when the file is read. */
  readonly fires: readonly Example[]
  readonly spares: readonly Example[]
  readonly place: Place
}

export interface Example {
  readonly message: string
  readonly place: Place
}

/** What one file holds. */
export interface RuleFile {
  readonly rules: readonly Rule[]
  readonly lists: ReadonlyMap<string, readonly string[]>
  readonly blocklists: readonly BlocklistEntry[]
}

/** Octets of one file; tests and entries of a list in it. */
const ruleLimits = { octets: 2_097_152, rules: 5_000, entries: 100_000 } as const

/**
 * Reads a rule file:
 *
 *     # a comment
 *     list FREE_MAIL
 *       gmail.com, gmx.de
 *
 *     test FREE_MAIL_PRIZE 1.5
 *       when from.domain is FREE_MAIL and subject says "you have won"
 *       de Der Betreff verspricht einen Gewinn, und geschrieben wurde von einem kostenlosen Postfach.
 *       en The subject promises a prize, and it was written from a free mailbox.
 *       fires "From: a@gmail.com\nSubject: You have won!\n\n"
 *       spares "From: a@gmail.com\nSubject: Lunch\n\n"
 *
 * A blocklist of the DNS, which tests see as `listed:NAME`, is told of likewise (blocklist-entry.ts).
 *
 * A line that begins with a space belongs to the one before; one that is indented further goes on with it. Throws RuleError.
 */
export function readRuleFile(file: string, text: string): RuleFile {
  if (text.length > ruleLimits.octets) throw new RuleError({ file, line: 1 }, `a rule file has at most ${ruleLimits.octets} characters`)
  const rules: Rule[] = []
  const lists = new Map<string, readonly string[]>()
  const blocklists: BlocklistEntry[] = []
  for (const block of ruleBlocks(file, text)) {
    const [kind, name = ''] = block.head
    if (kind !== 'test' && kind !== 'list' && kind !== 'blocklist')
      throw new RuleError(block.place, `"${kind}": a line that is not indented begins with "test", "list" or "blocklist"`)
    if (!/^[A-Z][A-Z0-9_]{1,63}$/.test(name)) throw new RuleError(block.place, `"${name}" is no name: capitals, digits and underscores, at most 64`)
    if (kind === 'test') rules.push(readRule(block, name))
    else if (kind === 'blocklist') blocklists.push(readBlocklist(block, name))
    else if (lists.has(name)) throw new RuleError(block.place, `there is a list ${name} above`)
    else lists.set(name, readList(block))
    if (rules.length > ruleLimits.rules) throw new RuleError(block.place, `a rule file has at most ${ruleLimits.rules} tests`)
  }
  return { rules, lists, blocklists }
}

const keys = ['when', 'de', 'en', 'fires', 'spares'] as const

function readRule(block: RuleBlock, name: string): Rule {
  const { place, head } = block
  const score = Number(head[2] ?? '')
  if (head.length !== 3 || !/^-?\d+(?:\.\d+)?$/.test(head[2] ?? '') || Math.abs(score) > 100) {
    throw new RuleError(place, `"test ${name}" is followed by its score, -100 to 100`)
  }
  const values = readValues(block, keys)
  const one = (key: string) => {
    const [first, second] = values.filter((value) => value.key === key)
    if (first === undefined || first.value === '') throw new RuleError(place, `test ${name} lacks "${key}"`)
    if (second !== undefined) throw new RuleError(second.place, `test ${name} has "${key}" twice`)
    return first
  }
  const examples = (key: string) => values.filter((value) => value.key === key).map(({ value, place }) => ({ message: quotedText(value, place), place }))
  const when = one('when')
  return {
    name,
    score,
    when: parseExpression(when.value, when.place),
    whenPlace: when.place,
    why: { de: one('de').value, en: one('en').value },
    fires: examples('fires'),
    spares: examples('spares'),
    place,
  }
}

function readList({ place, lines }: RuleBlock): string[] {
  const entries = lines.flatMap(({ text }) => text.split(',')).map((entry) => entry.trim().replace(/^"(.*)"$/, '$1'))
  const filled = entries.filter((entry) => entry !== '')
  if (filled.length === 0) throw new RuleError(place, 'a list has entries, with commas between them, on indented lines')
  if (filled.length > ruleLimits.entries) throw new RuleError(place, `a list has at most ${ruleLimits.entries} entries`)
  return filled
}
