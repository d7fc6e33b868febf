import { RuleError } from '../../src/base/rule-blocks.ts'
import { RuleSet } from '../../src/spam/rules/rule-set.ts'

export const name = 'spam-rules'

export const seeds: Uint8Array[] = [
  'list SOME\n  one, "two words"\n\ntest XY 1.5\n  when subject says SOME and not (url.count >= 2 or body ~ /a.+b/i)\n  de Ein Satz.\n  en A sentence.\n  fires "Subject: one\\n\\n"\n',
  'test YX -1\n  when header:x-mailer has "a", "b" + url.count * 2 - 1 != 0\n  de a\n    b\n  en c\ntest ZX 0\n  when YX\n  de a\n  en b\n',
].map((text) => Buffer.from(text))

/** A rule file is read, or refused with its line. */
export function target(input: Uint8Array): void {
  try {
    void new RuleSet([{ name: 'fuzz', text: Buffer.from(input).toString(), trusted: false }])
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
  }
}
