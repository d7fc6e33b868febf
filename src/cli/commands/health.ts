import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'
import { table } from '../table.ts'

export function healthCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'health', {
    summary: t.health.about,
    examples: ['health', 'health --all', 'health --json'],
    options: (command) => command.option('--all', t.health.all),
    async run(invocation, given) {
      const shown = await invocation.run('health', {})
      const { language } = invocation
      const problems = shown.problems.map(({ meaning, remedy }) => `${meaning[language]}\n  ${remedy[language]}`)
      const parts = shown.parts.map(({ name, state, meaning }) => [name, t.health.states[state], meaning[language]])
      const words = problems.length === 0 ? t.health.good : problems.join('\n')
      const { part, state, meaning } = t.health.columns
      invocation.print(shown, given.flag('all') ? `${table([part, state, meaning], parts)}\n\n${words}` : words)
      return problems.length === 0 ? 0 : 1
    },
  })
}
