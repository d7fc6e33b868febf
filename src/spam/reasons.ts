import type { Text } from '../base/language.ts'
import { RuleError, ruleBlocks } from '../base/rule-blocks.ts'
import { whyOthers } from './others.ts'
import type { RuleSource } from './rules/rule-set.ts'

/**
 * Why tests of the filter exist, by their names: of rule files, and of those that are no rules. Much less work than making a filter of the files;
 * of one that is broken, what can be read.
 */
export function reasonsOfTests(sources: readonly RuleSource[]): (name: string) => Text | undefined {
  const reasons = new Map<string, Text>()
  for (const source of sources) for (const [name, why] of reasonsIn(source)) reasons.set(name, why)
  return (name) => builtIn[name] ?? reasons.get(name) ?? whyOthers(name)
}

function* reasonsIn({ name: file, text }: RuleSource): Generator<readonly [name: string, Text]> {
  try {
    for (const { head, lines } of ruleBlocks(file, text)) {
      const said = (key: string) =>
        lines
          .find((line) => line.text.startsWith(`${key} `))
          ?.text.slice(key.length)
          .trim()
      const [kind, name] = head
      const [en, de] = [said('en'), said('de')]
      if (kind === 'test' && name !== undefined && en !== undefined && de !== undefined) yield [name, { en, de }]
    }
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
  }
}

const builtIn: Readonly<Record<string, Text>> = {
  LEARNED_INSTALLATION: {
    de: 'Die Nachricht gleicht solchen, die als Spam (Punkte über null) oder als erwünscht (unter null) gemeldet wurden.',
    en: 'The message is like others that were reported as spam (points above zero) or as wanted (below).',
  },
  LEARNED_MAILBOX: {
    de: 'Die Nachricht gleicht solchen, die in diesem Postfach als Spam (Punkte über null) oder als erwünscht (unter null) gemeldet wurden.',
    en: 'The message is like others that were reported as spam (points above zero) or as wanted (below) in this mailbox.',
  },
  GTUBE: { de: 'Die Nachricht enthält die allgemein bekannte Testzeile für Spamfilter.', en: 'The message holds the test line that every spam filter knows.' },
  TEST_STRING: { de: 'Die Nachricht enthält die Testzeile dieser Installation.', en: 'The message holds the test line of this installation.' },
}
