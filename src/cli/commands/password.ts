import type { Command } from 'commander'
import { branch, type Cli, leaf } from '../command.ts'
import { readPasswordOnce } from '../password.ts'

export function passwordCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.password
  const password = branch(program, 'password', words.about)

  leaf(cli, password, 'check', {
    summary: words.check,
    examples: ['password check < file', 'password check --for ann@a.example'],
    options: (command) => command.option('--for <name>', words.for),
    async run(invocation, given) {
      const name = given.text('for')
      const done = await invocation.run('password.check', { password: await readPasswordOnce(invocation), ...(name === undefined ? {} : { name }) })
      const told = [...done.reasons.map(({ meaning }) => meaning), ...(done.better === null ? [] : [done.better])]
      const lines = [
        done.good ? words.good : words.refused,
        ...told.map((text) => `- ${text[invocation.language]}`),
        ...(done.score === null ? [] : [words.strength(words.score[done.score] ?? '', done.score)]),
        ...(done.leaked === null ? (done.score === null ? [] : [words.notLeaked]) : [words.leaked(done.leaked)]),
      ]
      invocation.print(done, lines.join('\n'))
      return done.good ? 0 : 1
    },
  })
}
