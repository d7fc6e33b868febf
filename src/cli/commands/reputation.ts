import type { Command } from 'commander'
import { branch, type Cli, leaf } from '../command.ts'
import { table } from '../table.ts'

export function reputationCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const reputation = branch(program, 'reputation', t.reputation.about)

  leaf(cli, reputation, 'show <sender>', {
    summary: t.reputation.show,
    examples: ['reputation show 192.0.2.1', 'reputation show example.org --json'],
    more: t.reputation.more,
    async run(invocation, given) {
      const { standings } = await invocation.run('reputation.show', { of: given.argument(0) })
      const c = t.reputation.columns
      const rows = standings.map(({ name, bad, good, value }) => [name, bad.toFixed(1), good.toFixed(1), value.toFixed(2)])
      invocation.print(standings, table([c.sender, c.bad, c.good, c.value], rows))
      if (standings.some(({ bad, good }) => bad + good > 0)) return 0
      invocation.note(t.reputation.unknown)
      return 1
    },
  })

  leaf(cli, reputation, 'forget <sender>', {
    summary: t.reputation.forget,
    examples: ['reputation forget 192.0.2.1'],
    async run(invocation, given) {
      const done = await invocation.run('reputation.forget', { of: given.argument(0) })
      invocation.print(done, t.reputation.forgotten(given.argument(0)))
    },
  })
}
