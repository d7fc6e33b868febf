import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'

const roles = ['read', 'write', 'own'] as const

/** Below `mailbox`: folders that others of the domain see too. */
export function sharingCommands(cli: Cli, mailbox: Command): void {
  const { t } = cli
  const words = t.sharing
  const roleOf = (text: string): (typeof roles)[number] => {
    const role = roles.find((known) => known === text)
    if (role === undefined) throw new WrongUse(words.noRole(text, roles.join(', ')))
    return role
  }

  leaf(cli, mailbox, 'share <address> <folder>', {
    summary: words.share,
    examples: ['mailbox share ann@a.example Projects --with bob@a.example --rights write'],
    options: (command) => command.requiredOption('--with <address>', words.with).option('--rights <rights>', words.rights(roles.join(', ')), 'read'),
    async run(invocation, given) {
      const done = await invocation.run('mailbox.share', {
        address: given.argument(0),
        folder: given.argument(1),
        with: given.text('with') ?? '',
        rights: roleOf(given.text('rights') ?? ''),
      })
      invocation.print(done, words.shared(done.folder, done.address, done.with, words.roles[done.rights]))
    },
  })

  leaf(cli, mailbox, 'unshare <address> <folder>', {
    summary: words.unshare,
    examples: ['mailbox unshare ann@a.example Projects --with bob@a.example'],
    options: (command) => command.requiredOption('--with <address>', words.with),
    async run(invocation, given) {
      const done = await invocation.run('mailbox.unshare', { address: given.argument(0), folder: given.argument(1), with: given.text('with') ?? '' })
      invocation.print(done, words.unshared(done.folder, done.address, done.with))
    },
  })

  leaf(cli, mailbox, 'shares <address>', {
    summary: words.list,
    examples: ['mailbox shares ann@a.example'],
    async run(invocation, given) {
      const { shares } = await invocation.run('mailbox.shares', { address: given.argument(0) })
      const rows = shares.map((row) => {
        const role = roles.find((known) => known === row.rights)
        const rights = role === undefined ? row.rights : words.roles[role]
        return [row.folder, row.with, row.inForce ? rights : `${rights} (${words.notInForce})`]
      })
      invocation.print(shares, table([t.columns.folder, t.columns.with, t.columns.rights], rows))
    },
  })
}
