import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type Cli, leaf } from '../command.ts'
import { CannotDo } from '../trouble.ts'

export function rebuildCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'rebuild', {
    summary: t.rebuild.about,
    examples: ['rebuild', 'rebuild --data /var/lib/posthorn'],
    async run(invocation) {
      const config = await invocation.config()
      if (!existsSync(join(config.data, 'content'))) throw new CannotDo(t.trouble.noData(config.data))
      const { LockHeld, rebuildInstallation } = await import('../../app/installation.ts')
      try {
        const done = await rebuildInstallation(config, (records) => invocation.note(t.rebuild.progress(records)))
        const lost = done.lostParts > 0 ? [t.rebuild.lost(done.lostParts)] : []
        invocation.print(done, [t.rebuild.done(done.records), ...lost].join('\n'))
      } catch (error) {
        if (error instanceof LockHeld) throw new CannotDo(t.trouble.stopFirst(config.data), { cause: error })
        throw error
      }
    },
  })
}
