import type { Command } from 'commander'
import type { JournalShown } from '../../api/contract/journal.ts'
import { ownRulesFolder } from '../../app/rule-folders.ts'
import type { Language } from '../../base/language.ts'
import type { ToldCheck } from '../../mail/check.ts'
import { isSending } from '../../journal/entry.ts'
import { tell } from '../../journal/tell.ts'
import { type Cli, leaf } from '../command.ts'
import { roundSize } from '../round-size.ts'
import type { Texts } from '../texts/en.ts'
import { TestReasons } from '../test-reasons.ts'
import { WrongUse } from '../trouble.ts'

export function journalCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'journal', {
    summary: t.journal.about,
    examples: ['journal --address ann@a.example --since 2h', 'journal --sender bob@b.example', 'journal --id 0D4KX5GH3J01ABCD --json'],
    options: (command) =>
      command
        .option('--address <address>', t.journal.address)
        .option('--sender <sender>', t.journal.sender)
        .option('--since <time>', t.journal.since)
        .option('--id <id>', t.journal.id)
        .option('--limit <number>', t.journal.limit),
    async run(invocation, given) {
      const filters = (['address', 'sender', 'since', 'id'] as const).flatMap((name) => {
        const value = given.text(name)
        return value === undefined ? [] : [[name, value] as const]
      })
      const { entries } = await invocation.run('journal.search', { ...Object.fromEntries(filters), ...limitOf(given.text('limit'), t) })
      // The newest stands last, where a terminal ends.
      const reasons = new TestReasons(invocation.language, ownRulesFolder(await invocation.config()))
      const words = entries.toReversed().map((entry) => wordsOf(entry, t, invocation.language, reasons))
      invocation.print(entries, words.join('\n\n'))
      const judged = entries.find(isJudged)
      if (judged?.queueId !== undefined && !invocation.json) invocation.note(t.journal.learn(judged.queueId))
      if (entries.length > 0) return 0
      invocation.note(t.journal.nothing)
      return 1
    },
  })
}

/** The content filter may be told that it was wrong about this message. */
function isJudged({ outcome, checks }: JournalShown): boolean {
  return outcome === 'delivered' && checks.some(({ check }) => check === 'content-filter')
}

function limitOf(text: string | undefined, t: Texts): { readonly limit?: number } {
  if (text === undefined) return {}
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 10_000) throw new WrongUse(t.usage.number('--limit', text))
  return { limit: Number(text) }
}

function wordsOf(entry: JournalShown, t: Texts, language: Language, reasons: TestReasons): string {
  const { summary, checks } = tell(entry, language)
  const sender = entry.sender === undefined ? '' : entry.sender === '' ? t.journal.nullSender : entry.sender
  // What was sent has the other server in its sentence.
  const isOut = isSending(entry.outcome)
  const client = isOut ? '' : entry.clientName === undefined ? `[${entry.clientIp}]` : `${entry.clientName} [${entry.clientIp}]`
  const head = [entry.at, entry.queueId ?? '', entry.recipient ?? ''].filter((part) => part !== '').join('  ')
  const size = entry.sizeBytes === undefined ? '' : roundSize(entry.sizeBytes)
  const message = entry.messageId === undefined && size === '' ? [] : [t.journal.message(entry.messageId === undefined ? '' : `<${entry.messageId}>`, size)]
  const answer = isOut || entry.outcome === 'delivered' || entry.outcome === 'forwarded' ? [] : [t.journal.answer(entry.reply)]
  const lines = [t.journal.from(sender, client), ...message, summary, ...answer]
  return [head, ...lines.map((line) => `  ${line}`), ...checks.flatMap((line, index) => [`    ${line}`, ...reasonsOf(entry.checks[index], reasons)])].join('\n')
}

function reasonsOf(check: ToldCheck | undefined, reasons: TestReasons): readonly string[] {
  return check === undefined ? [] : reasons.of(check).map((reason) => `      ${reason}`)
}
