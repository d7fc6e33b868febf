import type { Command } from 'commander'
import { scopes } from '../../api/contract/tokens.ts'
import { branch, type Cli, collect, leaf } from '../command.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'
import { whose, whoseOptions } from '../whose.ts'

export function tokenCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.token
  const token = branch(program, 'token', words.about)
  const all = scopes.join(', ')
  const scopeOf = (text: string): (typeof scopes)[number] => {
    const scope = scopes.find((known) => known === text.toLowerCase())
    if (scope === undefined) throw new WrongUse(words.noScope(text, all))
    return scope
  }

  leaf(cli, token, 'add <name>', {
    summary: words.add,
    examples: ['token add billing --operator admin --scope see --scope manage', 'token add backup --address ann@a.example --scope read --network 192.0.2.0/24'],
    options: (command) =>
      whoseOptions(cli, command)
        .requiredOption('--scope <scope>', words.scope(all), collect)
        .option('--expires <day>', words.expires)
        .option('--network <network>', words.network, collect),
    async run(invocation, given) {
      const expires = given.text('expires')
      const done = await invocation.run('token.add', {
        ...whose(given),
        name: given.argument(0),
        scopes: given.texts('scope').map(scopeOf),
        networks: [...given.texts('network')],
        ...(expires === undefined ? {} : { expires }),
      })
      invocation.print(done, words.added(done.name, done.token))
    },
  })

  leaf(cli, token, 'list', {
    summary: words.list,
    examples: ['token list --operator admin', 'token list --person ann@a.example --customer books'],
    options: (command) => whoseOptions(cli, command),
    async run(invocation, given) {
      const { tokens } = await invocation.run('token.list', whose(given))
      const rows = tokens.map((row) => [row.name, row.scopes.join(', '), row.networks.join(', '), row.expires ?? words.never, row.lastUsed ?? words.never])
      invocation.print(tokens, table([t.columns.name, words.scopes, words.networks, words.ends, t.columns.lastUsed], rows))
    },
  })

  leaf(cli, token, 'remove <name>', {
    summary: words.remove,
    examples: ['token remove billing --operator admin'],
    options: (command) => whoseOptions(cli, command),
    async run(invocation, given) {
      const done = await invocation.run('token.remove', { ...whose(given), name: given.argument(0) })
      invocation.print(done, words.removed(done.name))
    },
  })
}
