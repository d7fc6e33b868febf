import type { Command } from 'commander'
import type { OperationInput, OperationOutput } from '../../api/contract.ts'
import type { JournalShown } from '../../api/contract/journal.ts'
import { ownRulesFolder } from '../../app/rule-folders.ts'
import { openTestReasons } from '../../app/test-reasons.ts'
import type { Language } from '../../base/language.ts'
import type { ToldCheck } from '../../mail/check.ts'
import { isSending } from '../../journal/entry.ts'
import { type TestReason, testsOf } from '../../journal/story/story.ts'
import { duration, tell } from '../../journal/tell.ts'
import { type Cli, leaf } from '../command.ts'
import { roundSize } from '../round-size.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

export function journalCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const journal = leaf(cli, program, 'journal', {
    summary: t.journal.about,
    examples: [
      'journal --address ann@a.example --since 2h',
      'journal --sender bob@b.example --result refused',
      'journal --id 0D4KX5GH3J01ABCD --json',
      'journal show 0D4KX5GH3J01ABCD',
    ],
    options: (command) =>
      command
        .option('--address <address>', t.journal.address)
        .option('--sender <sender>', t.journal.sender)
        .option('--since <time>', t.journal.since)
        .option('--until <time>', t.journal.until)
        .option('--text <text>', t.journal.text)
        .option('--result <result>', t.journal.result)
        .option('--direction <in|out>', t.journal.direction)
        .option('--domain <domain>', t.journal.domain)
        .option('--check <check>', t.journal.check)
        .option('--id <id>', t.journal.id)
        .option('--limit <number>', t.journal.limit),
    async run(invocation, given) {
      const filters = (['address', 'sender', 'since', 'until', 'id', 'text', 'result', 'direction', 'domain', 'check'] as const).flatMap((name) => {
        const value = given.text(name)
        return value === undefined ? [] : [[name, value] as const]
      })
      const { entries } = await invocation.run('journal.search', { ...Object.fromEntries(filters), ...limitOf(given.text('limit'), t) })
      // The newest stands last, where a terminal ends.
      const why = await openTestReasons(ownRulesFolder(await invocation.config()))
      const words = entries.toReversed().map((entry) => wordsOf(entry, t, invocation.language, why))
      invocation.print(entries, words.join('\n\n'))
      const judged = entries.find(isJudged)
      if (judged?.queueId !== undefined && !invocation.json) invocation.note(t.journal.learn(judged.queueId))
      if (entries.length > 0) return 0
      invocation.note(t.journal.nothing)
      return 1
    },
  })
  leaf(cli, journal, 'show <id>', {
    summary: t.journal.show,
    examples: ['journal show 0D4KX5GH3J01ABCD'],
    async run(invocation, given) {
      const shown = await invocation.run('journal.show', { id: given.argument(0) })
      const stories = shown.entries.map((entry) => storyWords(entry, t, invocation.language))
      const more = [
        ...(shown.didYouMean === null ? [] : [t.journal.didYouMean(shown.didYouMean)]),
        ...(shown.since === null ? [] : [t.journal.cameSince(shown.since.at, shown.since.summary[invocation.language])]),
      ]
      invocation.print(shown, [...stories, ...more].join('\n\n'))
    },
  })
  leaf(cli, journal, 'act <id> <action>', {
    summary: t.journal.act,
    examples: ['journal act 0D4KX5GH3J01ABCD let-through', 'journal act 0D4KX5GH3J01ABCD let-through --undo'],
    options: (command) => command.option('--undo', t.journal.undo),
    async run(invocation, given) {
      const input = { id: given.argument(0), action: given.argument(1), undo: given.flag('undo') } as OperationInput<'journal.act'>
      const done = await invocation.run('journal.act', input)
      invocation.print(done, done.done[invocation.language])
    },
  })
}

type Storied = OperationOutput<'journal.show'>['entries'][number]

function storyWords({ story, ...entry }: Storied, t: Texts, language: Language): string {
  const head = [entry.at, entry.queueId ?? '', entry.recipient ?? ''].filter((part) => part !== '').join('  ')
  const steps = story.steps.flatMap(({ name, found, micros, tests }) => [
    `  ${name[language]}: ${found[language]}${micros === undefined ? '' : ` (${duration(micros, language)})`}`,
    ...tests.map((test) => `      ${test.points} ${test.name}${test.why === undefined ? '' : `: ${test.why[language]}`}`),
  ])
  const said = [story.headline, ...story.meaning, ...story.advice].map((text) => text[language])
  const offers = story.offers.map(({ action, does }) => `  posthorn journal act ${entry.entry} ${action}\n      ${does[language]}`)
  return [head, ...steps, ...(isSending(entry.outcome) ? [`  ${t.journal.answer(entry.reply)}`] : []), '', ...said, ...offers].join('\n')
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

function wordsOf(entry: JournalShown, t: Texts, language: Language, why: TestReason): string {
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
  return [
    head,
    ...lines.map((line) => `  ${line}`),
    ...checks.flatMap((line, index) => [`    ${line}`, ...reasonsOf(entry.checks[index], language, why)]),
  ].join('\n')
}

/** One line for each test of the content filter that the finding names. */
function reasonsOf(check: ToldCheck | undefined, language: Language, why: TestReason): readonly string[] {
  if (check === undefined) return []
  return testsOf(check, why).flatMap(({ name, points, why: reason }) => (reason === undefined ? [] : [`      ${points} ${name}: ${reason[language]}`]))
}
