import type { Command } from 'commander'
import { branch, type Cli, leaf } from '../command.ts'
import { table } from '../table.ts'
import { whose, whoseOptions } from '../whose.ts'

/** Whoever has lost a device cannot come in to remove it. */
export function secondFactorCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.secondFactor
  const secondFactor = branch(program, 'second-factor', words.about)

  leaf(cli, secondFactor, 'list', {
    summary: words.list,
    examples: ['second-factor list --address ann@a.example'],
    options: (command) => whoseOptions(cli, command),
    async run(invocation, given) {
      const done = await invocation.run('second-factor.list', whose(given))
      const rows = done.secondFactors.map((row) => [row.id, words.kinds[row.kind], row.name, row.created, row.lastUsed ?? words.never])
      const lines = [table([words.id, words.kind, t.columns.name, t.columns.created, t.columns.lastUsed], rows), words.codes(done.recoveryCodes)]
      invocation.print(done, lines.join('\n'))
    },
  })

  leaf(cli, secondFactor, 'remove <id>', {
    summary: words.remove,
    examples: ['second-factor remove AbCdEfGhIjKl --address ann@a.example'],
    options: (command) => whoseOptions(cli, command),
    async run(invocation, given) {
      const done = await invocation.run('second-factor.remove', { ...whose(given), id: given.argument(0) })
      invocation.print(done, words.removed(done.name))
    },
  })
}

export function sessionCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.session
  const session = branch(program, 'session', words.about)

  leaf(cli, session, 'list', {
    summary: words.list,
    examples: ['session list --operator admin'],
    options: (command) => whoseOptions(cli, command),
    async run(invocation, given) {
      const { sessions } = await invocation.run('session.list', whose(given))
      const rows = sessions.map((row) => [row.id, row.browser, row.ip, row.method, row.created, row.lastSeen])
      invocation.print(sessions, table([words.id, words.browser, words.place, words.method, words.since, words.seen], rows))
    },
  })

  leaf(cli, session, 'places', {
    summary: words.places,
    examples: ['session places --address ann@a.example'],
    options: (command) => whoseOptions(cli, command),
    async run(invocation, given) {
      const done = await invocation.run('place.list', whose(given))
      const rows = done.places.map((row) => [row.kind === 'browser' ? words.browser : words.network, row.value, row.lastSeen])
      const lines = [table([words.kind, words.place, words.seen], rows), ...done.notices.map(({ browser, ip, at }) => words.notice(browser, ip, at))]
      invocation.print(done, lines.join('\n'))
    },
  })

  leaf(cli, session, 'end [id]', {
    summary: words.end,
    examples: ['session end --address ann@a.example', 'session end AbCdEfGhIjKl --operator admin'],
    options: (command) => whoseOptions(cli, command),
    async run(invocation, given) {
      const id = given.argument(0)
      const done = await invocation.run('session.end', { ...whose(given), ...(id === '' ? {} : { id }) })
      invocation.print(done, words.ended(done.ended))
    },
  })
}
