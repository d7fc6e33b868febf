import type { Command } from 'commander'
import type { Label } from '../../spam/learn/ledger.ts'
import { mixed, passes } from '../../spam/learn/mixed.ts'
import { type Cli, leaf } from '../command.ts'
import { messageFiles, messageText } from '../messages.ts'
import { WrongUse } from '../trouble.ts'

const labels = ['spam', 'ham', 'forget'] as const

interface Lesson {
  readonly label: (typeof labels)[number]
  readonly file: string
}

export function learnCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'learn <label> [file...]', {
    summary: t.learn.about,
    examples: [
      'learn spam mail.eml',
      'learn ham mail.eml --mailbox ann@a.example',
      'learn spam --id 0D4KX5GH3J01ABCD',
      'learn both --spam Maildir/.Spam --ham Maildir/cur',
    ],
    options: (command) =>
      command
        .option('--mailbox <address>', t.learn.mailbox)
        .option('--id <id>', t.learn.id)
        .option('--spam <folder...>', t.learn.folder)
        .option('--ham <folder...>', t.learn.folder),
    async run(invocation, given) {
      const [files, id, mailbox] = [given.rest(1), given.text('id'), given.text('mailbox')]
      const folders = { spam: given.texts('spam'), ham: given.texts('ham') }
      const address = mailbox === undefined ? {} : { address: mailbox }
      const sum = { learned: 0, known: 0 }
      const add = ({ learned, known }: typeof sum) => {
        sum.learned += learned
        sum.known += known
      }
      const teach = async ({ label, file }: Lesson) => add(await invocation.run('learn', { label, message: await messageText(file), ...address }))
      if (given.argument(0) === 'both') {
        if (folders.spam.length === 0 || folders.ham.length === 0 || files.length > 0 || id !== undefined) throw new WrongUse(t.learn.both)
        const collection = [...(await lessonsOf('spam', folders.spam)), ...(await lessonsOf('ham', folders.ham))]
        for (let pass = 0; pass < passes; pass++) for (const lesson of mixed(collection)) await teach(lesson)
      } else {
        const label = labels.find((each) => each === given.argument(0))
        if (label === undefined) throw new WrongUse(t.learn.label(given.argument(0)))
        if ((id === undefined) === (files.length === 0) || folders.spam.length + folders.ham.length > 0) throw new WrongUse(t.learn.what)
        if (id !== undefined) add(await invocation.run('learn', { label, id, ...address }))
        for (const lesson of await lessonsOf(label, files)) await teach(lesson)
      }
      invocation.print(sum, t.learn.done(sum.learned, sum.known))
      return sum.learned + sum.known > 0 ? 0 : 1
    },
  })
}

async function lessonsOf<Kind extends Label | 'forget'>(
  label: Kind,
  named: readonly string[],
): Promise<readonly { readonly label: Kind; readonly file: string }[]> {
  const lists = await Promise.all(named.map((file) => messageFiles(file)))
  return lists.flat().map((file) => ({ label, file }))
}
