import type { Command } from 'commander'
import { branch, type Cli, collect, leaf } from '../command.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'

/** Below `mailbox`: programs that it has let in by tokens. */
export function grantCommand(cli: Cli, mailbox: Command): void {
  const { t } = cli
  const words = t.grant
  const grant = branch(mailbox, 'grant', words.about)

  leaf(cli, grant, 'list <address>', {
    summary: words.list,
    examples: ['mailbox grant list ann@a.example'],
    async run(invocation, given) {
      const { grants } = await invocation.run('grant.list', { address: given.argument(0) })
      const rows = grants.map((row) => [String(row.id), row.program, row.protocols.join(', '), row.created, row.lastUsed ?? words.never])
      invocation.print(grants, table([words.number, words.program, t.columns.protocols, t.columns.created, t.columns.lastUsed], rows))
    },
  })

  leaf(cli, grant, 'remove <address> <number>', {
    summary: words.remove,
    examples: ['mailbox grant remove ann@a.example 17'],
    async run(invocation, given) {
      const id = given.argument(1)
      if (!/^\d{1,15}$/.test(id)) throw new WrongUse(words.noNumber(id))
      const done = await invocation.run('grant.remove', { address: given.argument(0), id: Number(id) })
      invocation.print(done, words.removed(done.program, done.address))
    },
  })
}

/** Programs that the provider of tokens knows. */
export function oauthClientCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.oauthClient
  const client = branch(program, 'oauth-client', words.about)

  leaf(cli, client, 'add <name>', {
    summary: words.add,
    examples: ['oauth-client add Webmail --redirect https://webmail.example.org/back'],
    options: (command) => command.requiredOption('--redirect <address>', words.redirect, collect),
    async run(invocation, given) {
      const done = await invocation.run('oauth-client.add', { name: given.argument(0), redirects: [...given.texts('redirect')] })
      invocation.print(done, words.added(done.name, done.clientId))
    },
  })

  leaf(cli, client, 'list', {
    summary: words.list,
    examples: ['oauth-client list'],
    async run(invocation) {
      const { clients } = await invocation.run('oauth-client.list', {})
      const rows = clients.map((row) => [row.clientId, row.name, words.madeBy[row.madeBy], row.redirects.join(', '), row.lastUsed ?? t.grant.never])
      invocation.print(clients, table([words.clientId, t.columns.name, words.by, words.redirects, words.lastLetIn], rows))
    },
  })

  leaf(cli, client, 'remove <client-id>', {
    summary: words.remove,
    examples: ['oauth-client remove 8vZkQe1uT0yS5w2nRb3A'],
    async run(invocation, given) {
      const done = await invocation.run('oauth-client.remove', { clientId: given.argument(0) })
      invocation.print(done, words.removed(done.name, done.grants))
    },
  })
}
