import type { Command } from 'commander'
import { Refused } from '../../api/refused.ts'
import { type Cli, leaf } from '../command.ts'
import { readText } from '../read-text.ts'
import { CannotDo } from '../trouble.ts'

/** `apply`: makes what a file describes. */
export function applyCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'apply <file>', {
    summary: t.apply.about,
    examples: ['apply customers.toml', 'apply customers.toml --yes', 'apply customers.json --json'],
    more: t.apply.form,
    options: (command) => command.option('--yes', t.apply.yes),
    async run(invocation, given) {
      const [{ missingSteps }, { readWanted }] = await Promise.all([import('../apply/steps.ts'), import('../apply/wanted.ts')])
      const name = given.argument(0)
      const wanted = readWanted(await readText(name, invocation), name, t)
      const steps = await missingSteps((operation, input) => invocation.run(operation, input), wanted)
      const lines = steps.map(({ line }) => line)
      if (steps.length === 0 || !given.flag('yes')) {
        invocation.print({ done: false, steps: lines }, lines.join('\n'))
        invocation.note(steps.length === 0 ? t.apply.nothing : t.apply.sayYes)
        return 0
      }
      const passwords: Record<string, string> = {}
      for (const [index, { line, name: operation, input }] of steps.entries()) {
        try {
          const answer = await invocation.run(operation, input)
          if (operation === 'mailbox.add' && 'password' in answer && answer.password !== undefined && 'address' in answer)
            passwords[answer.address] = answer.password
        } catch (error) {
          if (!(error instanceof Refused)) throw error
          throw new CannotDo(t.apply.stopped(line, error.text[invocation.language], index, steps.length), { cause: error })
        }
      }
      const told = Object.entries(passwords).map(([address, password]) => t.password.generated(address, password))
      invocation.print({ done: true, steps: lines, passwords }, [...lines, ...told].join('\n'))
      return 0
    },
  })
}
