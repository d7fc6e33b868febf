import type { Command } from 'commander'
import type { AutoresponderShown } from '../../api/contract/autoresponders.ts'
import { branch, type Cli, leaf } from '../command.ts'
import { readText } from '../read-text.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

export function autoresponderCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.autoresponder
  const autoresponder = branch(program, 'autoresponder', words.about)

  leaf(cli, autoresponder, 'set <address>', {
    summary: words.set,
    examples: [
      'autoresponder set ann@a.example --text-file away.txt --from 2026-12-20 --to 2027-01-06 --zone Europe/Berlin',
      'autoresponder set ann@a.example --subject "On parental leave" --every 30d < away.txt',
    ],
    options: (command) =>
      command
        .option('--subject <text>', words.subject)
        .option('--text-file <file>', words.textFile)
        .option('--html-file <file>', words.htmlFile)
        .option('--from <day>', words.from)
        .option('--to <day>', words.to)
        .option('--zone <zone>', words.zone)
        .option('--every <time>', words.every),
    async run(invocation, given) {
      const file = given.text('textFile')
      if (file === undefined && invocation.io.stdin.isTTY === true) throw new WrongUse(t.usage.missingOption('--text-file'))
      const htmlFile = given.text('htmlFile')
      const optional = Object.fromEntries(
        ['subject', 'from', 'to', 'zone', 'every'].flatMap((name) => (given.text(name) === undefined ? [] : [[name, given.text(name)]])),
      )
      const text = (await readText(file ?? '-', invocation)).trim()
      if (text === '') throw new WrongUse(words.noText)
      const html = htmlFile === undefined ? undefined : await readText(htmlFile, invocation)
      const address = given.argument(0)
      const done = await invocation.run('autoresponder.set', { address, text, ...(html !== undefined && { html }), ...optional })
      invocation.print(done.autoresponder, done.autoresponder === null ? '' : words.stands(address, stand(done.autoresponder, t)))
    },
  })

  leaf(cli, autoresponder, 'show <address>', {
    summary: words.show,
    examples: ['autoresponder show ann@a.example', 'autoresponder show ann@a.example --json'],
    async run(invocation, given) {
      const address = given.argument(0)
      const { autoresponder: shown } = await invocation.run('autoresponder.show', { address })
      invocation.print(shown, shown === null ? words.stands(address, words.off) : describe(address, shown, t))
    },
  })

  leaf(cli, autoresponder, 'off <address>', {
    summary: words.stop,
    examples: ['autoresponder off ann@a.example'],
    async run(invocation, given) {
      const done = await invocation.run('autoresponder.off', { address: given.argument(0) })
      invocation.print(done, words.stands(done.address, words.off))
    },
  })
}

function stand({ on, from, to, zone, every }: AutoresponderShown, { autoresponder: words }: Texts): string {
  return on ? words.on(from, to, zone, every) : words.off
}

function describe(address: string, shown: AutoresponderShown, t: Texts): string {
  const { subject, text, html } = shown
  const { autoresponder: words } = t
  const more = html === null ? [] : ['', words.withHtml]
  return [words.stands(address, stand(shown, t)), words.subjectLine(subject), '', text, ...more].join('\n')
}
