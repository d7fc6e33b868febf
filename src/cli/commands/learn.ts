import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'
import { WrongUse } from '../trouble.ts'

const labels = ['spam', 'ham', 'forget'] as const
/** The filter looks at no more of a message. */
const seenOctets = 1024 * 1024

export function learnCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'learn <label> [file...]', {
    summary: t.learn.about,
    examples: ['learn spam mail.eml', 'learn ham mail.eml --mailbox ann@a.example', 'learn spam --id 0D4KX5GH3J01ABCD'],
    options: (command) => command.option('--mailbox <address>', t.learn.mailbox).option('--id <id>', t.learn.id),
    async run(invocation, given) {
      const label = labels.find((each) => each === given.argument(0))
      if (label === undefined) throw new WrongUse(t.learn.label(given.argument(0)))
      const [files, id, mailbox] = [given.rest(1), given.text('id'), given.text('mailbox')]
      if ((id === undefined) === (files.length === 0)) throw new WrongUse(t.learn.what)
      const address = mailbox === undefined ? {} : { address: mailbox }
      const sum = { learned: 0, known: 0 }
      const add = ({ learned, known }: typeof sum) => {
        sum.learned += learned
        sum.known += known
      }
      if (id !== undefined) add(await invocation.run('learn', { label, id, ...address }))
      for (const file of files) {
        const octets = await readFile(file)
        add(await invocation.run('learn', { label, message: octets.subarray(0, seenOctets).toString('base64'), ...address }))
      }
      invocation.print(sum, t.learn.done(sum.learned, sum.known))
      return sum.learned + sum.known > 0 ? 0 : 1
    },
  })
}
