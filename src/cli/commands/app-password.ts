import type { Command } from 'commander'
import { type AppProtocol, appProtocols } from '../../api/contract/app-passwords.ts'
import { branch, type Cli, collect, leaf } from '../command.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'

/** Below `mailbox`. */
export function appPasswordCommand(cli: Cli, mailbox: Command): void {
  const { t } = cli
  const words = t.appPassword
  const appPassword = branch(mailbox, 'app-password', words.about)
  const protocolOf = (text: string): AppProtocol => {
    const protocol = appProtocols.find((known) => known === text.toLowerCase())
    if (protocol === undefined) throw new WrongUse(words.noProtocol(text, appProtocols.join(', ')))
    return protocol
  }

  leaf(cli, appPassword, 'add <address>', {
    summary: words.add,
    examples: ['mailbox app-password add ann@a.example --name "Ann\'s phone"', 'mailbox app-password add ann@a.example --name scanner --protocol submission'],
    options: (command) => command.requiredOption('--name <name>', words.name).option('--protocol <protocol>', words.protocol(appProtocols.join(', ')), collect),
    async run(invocation, given) {
      const protocols = given.texts('protocol').map(protocolOf)
      const done = await invocation.run('app-password.add', {
        address: given.argument(0),
        name: given.text('name') ?? '',
        protocols: protocols.length === 0 ? ['imap', 'pop3', 'submission'] : protocols,
      })
      const lines = [words.added(done.name, done.address, done.protocols.join(', ')), t.password.generated(done.name, done.password)]
      invocation.print(done, lines.join('\n'))
    },
  })

  leaf(cli, appPassword, 'list <address>', {
    summary: words.list,
    examples: ['mailbox app-password list ann@a.example'],
    async run(invocation, given) {
      const { appPasswords } = await invocation.run('app-password.list', { address: given.argument(0) })
      const rows = appPasswords.map((row) => [row.name, row.protocols.join(', '), row.created, row.lastUsed ?? words.never])
      invocation.print(appPasswords, table([t.columns.name, t.columns.protocols, t.columns.created, t.columns.lastUsed], rows))
    },
  })

  leaf(cli, appPassword, 'remove <address> <name>', {
    summary: words.remove,
    examples: ['mailbox app-password remove ann@a.example "Ann\'s phone"'],
    async run(invocation, given) {
      const done = await invocation.run('app-password.remove', { address: given.argument(0), name: given.argument(1) })
      invocation.print(done, words.removed(done.name, done.address))
    },
  })
}
