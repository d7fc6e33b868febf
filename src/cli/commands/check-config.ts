import { accessSync, constants } from 'node:fs'
import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'

export function checkConfigCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'check-config', {
    summary: t.checkConfig.about,
    examples: ['check-config', 'check-config --config /etc/posthorn.toml'],
    async run(invocation) {
      const config = await invocation.config()
      for (const file of config.tls === undefined ? [] : [config.tls.certificate, config.tls.key]) accessSync(file, constants.R_OK)
      const { database, ...rest } = config
      // The URL may hold a password.
      invocation.print({ ...rest, database: { engine: database.engine } }, config.file === undefined ? t.checkConfig.noFile : t.checkConfig.right(config.file))
    },
  })
}
