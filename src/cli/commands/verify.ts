import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'

export function verifyCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'verify', {
    summary: t.verify.about,
    examples: ['verify', 'verify --json'],
    async run(invocation) {
      const verified = await invocation.run('verify', {})
      const { faults } = verified
      const right = t.verify.right(verified.records, verified.emails, verified.accounts)
      const wrong = [...faults.map((fault) => `${fault.kind}: ${fault.detail}`), t.verify.faults(faults.length)]
      invocation.print(verified, faults.length === 0 ? right : wrong.join('\n'))
      return faults.length === 0 ? 0 : 1
    },
  })
}
