import type { Blocklists, ListTally } from '../../dns/blocklists.ts'
import type { SenderAuthentication } from '../../msgauth/authentication.ts'
import { listQuestions } from '../../spam/list-questions.ts'
import type { RuleSet } from '../../spam/rules/rule-set.ts'
import type { MessageView } from '../../spam/view/message-view.ts'

/** What blocklists say of a message, and how they answered. */
export interface Listings {
  /** By the lists' names. */
  readonly codes: ReadonlyMap<string, readonly string[]>
  readonly tallies: readonly ListTally[]
}

interface ToAsk {
  readonly rules: RuleSet
  readonly view: MessageView
  /** Under way beside the questions that need none of it. */
  readonly authentication: Promise<SenderAuthentication | undefined>
  readonly timeoutMs: number
}

/** Asks all lists side by side; about signers as soon as it is known who they are. */
export async function findListings(blocklists: Blocklists, { rules, view, authentication, timeoutMs }: ToAsk): Promise<Listings> {
  const untilMs = performance.now() + timeoutMs
  const { unasked } = rules
  const asked = rules.blocklists.map(async ({ name, zone, asks }) => {
    const known = asks.filter((subject) => subject !== 'dkim')
    const first = blocklists.ask(zone, listQuestions(known, { view, signers: [], unasked }), timeoutMs)
    if (known.length === asks.length) return { name, found: [await first] }
    const signers = (await authentication)?.dkim.flatMap(({ result, domain }) => (result === 'pass' ? [domain] : [])) ?? []
    const second = blocklists.ask(zone, listQuestions(['dkim'], { view, signers, unasked }), Math.max(1, untilMs - performance.now()))
    return { name, found: await Promise.all([first, second]) }
  })
  const answers = await Promise.all(asked)
  return {
    codes: new Map(answers.map(({ name, found }) => [name, found.flatMap(({ codes }) => codes)])),
    tallies: answers.flatMap(({ found }) => found.map(({ tally }) => tally)),
  }
}
