import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'

export function startCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'start', {
    summary: t.start.about,
    examples: ['start', 'start --config /etc/posthorn.toml', 'start --data /var/lib/posthorn'],
    async run(invocation) {
      const { runServer } = await import('../../app/run-server.ts')
      const { io } = invocation
      return runServer({
        config: await invocation.config(),
        say: (line) => io.stdout.write(`${line}\n`),
        firstOperator: (name, password) => io.stdout.write(`${t.start.operator(name, password)}\n`),
        logLevel: io.env['POSTHORN_LOG'],
      })
    },
  })
}
