import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'

export function healthCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'health', {
    summary: t.health.about,
    examples: ['health', 'health --json'],
    async run(invocation) {
      const { problems } = await invocation.run('health', {})
      const words = problems.map(({ meaning }) => meaning[invocation.language])
      invocation.print(problems, words.length === 0 ? t.health.good : words.join('\n'))
      return problems.length === 0 ? 0 : 1
    },
  })
}
