import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'

export function healthCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'health', {
    summary: t.health.about,
    examples: ['health', 'health --json'],
    async run(invocation) {
      const { problems, leakedPasswords: leaked } = await invocation.run('health', {})
      const words = problems.map(({ meaning }) => meaning[invocation.language])
      const data = leaked === null ? [] : [t.health.leaked(leaked.place, leaked.about, leaked.changed.slice(0, 10))]
      invocation.print(problems, [...(words.length === 0 ? [t.health.good] : words), ...data].join('\n'))
      return problems.length === 0 ? 0 : 1
    },
  })
}
