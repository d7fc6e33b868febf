import type { Command } from 'commander'
import type { LetterShown } from '../../api/contract/letters.ts'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import type { Invocation } from '../invocation.ts'
import { readText } from '../read-text.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

/** `posthorn letter`: announcements and personal letters. */
export function letterCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const letter = branch(program, 'letter', t.letter.about)
  const content = (command: Command) => command.option('--en <file>', t.letter.en).option('--de <file>', t.letter.de).option('--news', t.letter.news)
  const group = (command: Command) =>
    command
      .option('--all', t.letter.all)
      .option('--plan <name>', t.letter.plan)
      .option('--customer <name>', t.letter.customer)
      .option('--domain <domain>', t.letter.domain)

  leaf(cli, letter, 'send', {
    summary: t.letter.send,
    examples: ['letter send --de umzug.txt --en move.txt --all', 'letter send --en news.txt --news --plan standard'],
    more: t.letter.form,
    options: (command) => group(content(command)),
    async run(invocation, given) {
      const done = await invocation.run('letter.send', { ...(await contentOf(invocation, given)), ...groupOf(given, t) })
      invocation.print(done, t.letter.begun(done.id, done.recipients))
    },
  })

  leaf(cli, letter, 'preview', {
    summary: t.letter.preview,
    examples: ['letter preview --customer books', 'letter preview --all --news --en news.txt'],
    options: (command) => group(content(command)),
    async run(invocation, given) {
      const shown = await invocation.run('letter.preview', { ...(await contentOf(invocation, given)), ...groupOf(given, t) })
      invocation.print(shown, [t.letter.wouldReach(shown.recipients, shown.declined), ...textsOf(shown)].join('\n\n'))
    },
  })

  leaf(cli, letter, 'test <mailbox>', {
    summary: t.letter.test,
    examples: ['letter test ann@a.example --de umzug.txt --en move.txt'],
    more: t.letter.form,
    options: content,
    async run(invocation, given) {
      const done = await invocation.run('letter.test', { ...(await contentOf(invocation, given)), to: given.argument(0) })
      invocation.print(done, t.letter.tested(done.to))
    },
  })

  leaf(cli, letter, 'list', {
    summary: t.letter.list,
    examples: ['letter list'],
    async run(invocation) {
      const { letters } = await invocation.run('letter.list', {})
      const { id, subject, to, state, sent, waiting } = t.letter.columns
      invocation.print(
        letters,
        table(
          [id, subject, to, state, sent, waiting],
          letters.map((one) => cells(one, t)),
        ),
      )
    },
  })

  leaf(cli, letter, 'show <id>', {
    summary: t.letter.show,
    examples: ['letter show 3 --json'],
    async run(invocation, given) {
      const shown = await invocation.run('letter.show', { id: idOf(given, t) })
      const { sent, waiting, unreachable } = shown.recipients
      invocation.print(shown, [t.letter.progress(t.letter.states[shown.state], sent, waiting, unreachable), ...textsOf(shown)].join('\n\n'))
    },
  })

  leaf(cli, letter, 'stop <id>', {
    summary: t.letter.stop,
    examples: ['letter stop 3'],
    async run(invocation, given) {
      const done = await invocation.run('letter.stop', { id: idOf(given, t) })
      invocation.print(done, t.letter.stopped(done.id))
    },
  })
}

function cells({ id, en, de, to, state, recipients }: LetterShown, t: Texts): string[] {
  const whom = to.kind === 'all' ? t.letter.everybody : `${to.kind} ${to.name ?? ''}`
  return [String(id), (de ?? en)?.subject ?? '', whom, t.letter.states[state], String(recipients.sent), String(recipients.waiting)]
}

function textsOf({ de, en }: Pick<LetterShown, 'de' | 'en'>): string[] {
  return [de, en].flatMap((text) => (text === undefined ? [] : [`${text.subject}\n\n${text.text.trimEnd()}`]))
}

function idOf(given: Given, t: Texts): number {
  const text = given.argument(0)
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new WrongUse(t.usage.number('<id>', text))
  return Number(text)
}

/** The first line is the subject. */
async function contentOf(invocation: Invocation, given: Given) {
  const read = async (language: 'en' | 'de') => {
    const file = given.text(language)
    if (file === undefined) return {}
    const [subject = '', ...lines] = (await readText(file, invocation)).split(/\r?\n/)
    return { [language]: { subject: subject.replace(/^Subject:\s*/i, ''), text: lines.join('\n').replace(/^\n+/, '') } }
  }
  return { ...(await read('en')), ...(await read('de')), news: given.flag('news') }
}

function groupOf(given: Given, t: Texts) {
  const named = (['plan', 'customer', 'domain'] as const).flatMap((kind) => {
    const name = given.text(kind)
    return name === undefined ? [] : [[kind, name] as const]
  })
  // To all of them must not be what a forgotten option means.
  if (named.length === 0 && !given.flag('all')) throw new WrongUse(t.usage.missingOption('--all | --plan | --customer | --domain'))
  return Object.fromEntries(named)
}
