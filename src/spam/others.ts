import type { Text } from '../base/language.ts'
import type { TestHit } from './input.ts'
import { type SpamScore, summed } from './score.ts'

/** What filters of others say of a message, in our points. */
export interface OthersScore {
  /** At least one of them answered. */
  readonly answered: boolean
  /** All of them that were asked did. */
  readonly complete: boolean
  readonly tests: readonly TestHit[]
}

/** Tests that nobody else replaces: whoever tries the filter out means ours (SPEC A6). */
const always: ReadonlySet<string> = new Set(['GTUBE', 'TEST_STRING'])

/**
 * One score of ours and theirs. `ownTests` "fallback": ours count only where nobody else answered. What others say teaches our models nothing,
 * else they would learn others' mistakes and then confirm them.
 */
export function withOthers(own: SpamScore, others: OthersScore, ownTests: 'always' | 'fallback'): SpamScore {
  const replaced = ownTests === 'fallback' && others.answered
  const ours = replaced ? own.tests.filter(({ name }) => always.has(name)) : own.tests
  return { ...summed([...ours, ...others.tests]), complete: own.complete && others.complete, autolearn: own.autolearn }
}

/** Our own filter had no score. */
export function ofOthers({ tests }: OthersScore): SpamScore {
  return { ...summed(tests), complete: false, autolearn: 'no' }
}

/** How the names of others' tests begin here. */
export const othersPrefix = { rspamd: 'RSPAMD_', spamassassin: 'SA_' } as const

/** Others explain their tests in places of their own. */
export function whyOthers(name: string): Text | undefined {
  const engine = name.startsWith(othersPrefix.rspamd) ? 'rspamd' : name.startsWith(othersPrefix.spamassassin) ? 'SpamAssassin' : undefined
  if (engine === undefined) return undefined
  return {
    de: `Das fand der Filter ${engine}, der auch gefragt wird; dessen Handbuch sagt, was der Test prüft.`,
    en: `Found by the filter ${engine}, which is asked as well; its manual says what the test looks at.`,
  }
}
