import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'
import { CannotDo } from '../trouble.ts'

export function startCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'start', {
    summary: t.start.about,
    examples: ['start', 'start --config /etc/posthorn.toml', 'start --data /var/lib/posthorn'],
    async run(invocation) {
      const { LockHeld, runServer } = await import('../../app/run-server.ts')
      const { io } = invocation
      const config = await invocation.config()
      try {
        return await runServer({
          config,
          say: (line) => io.stdout.write(`${line}\n`),
          firstOperator: (name, password) => io.stdout.write(`${t.start.operator(name, password)}\n`),
          logLevel: io.env['POSTHORN_LOG'],
        })
      } catch (error) {
        if (error instanceof LockHeld) throw new CannotDo(t.trouble.stopFirst(config.data), { cause: error })
        throw error
      }
    },
  })
}
