import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { OperationOutput } from '../../api/contract.ts'
import { type Cli, leaf } from '../command.ts'
import type { Invocation } from '../invocation.ts'
import { readText } from '../read-text.ts'

/** Between two looks at how far the job is. */
const lookMs = 500

/** `mailbox import`: many mailboxes from a table. */
export function mailboxImportCommand(cli: Cli, mailbox: Command): void {
  const { t } = cli
  leaf(cli, mailbox, 'import <file>', {
    summary: t.mailbox.import,
    examples: ['mailbox import mailboxes.csv', 'mailbox import - --json < mailboxes.csv'],
    more: t.mailbox.importTable,
    async run(invocation, given) {
      const csv = await readText(given.argument(0), invocation)
      const { job } = await invocation.run('bulk.start', { csv })
      const done = await finished(invocation, job)
      const refused = await allRefused(invocation, job)
      const words = refused.map(({ line, address, detail }) => t.mailbox.lineRefused(line, address, detail?.[invocation.language] ?? ''))
      invocation.print({ ...done, results: refused }, [...words, t.mailbox.imported(done)].join('\n'))
      return refused.length === 0 ? 0 : 1
    },
  })
}

/** Says how far it is meanwhile. */
async function finished(invocation: Invocation, job: string): Promise<OperationOutput<'bulk.show'>> {
  let said = 0
  for (;;) {
    const shown = await invocation.run('bulk.show', { job, limit: 1 })
    if (shown.finished !== null) return shown
    const done = shown.added + shown.changed + shown.unchanged + shown.refused
    if (done >= said + 500) {
      invocation.note(invocation.t.mailbox.importing(done, shown.lines))
      said = done
    }
    await sleep(lookMs)
  }
}

async function allRefused(invocation: Invocation, job: string): Promise<OperationOutput<'bulk.show'>['results'][number][]> {
  const all: OperationOutput<'bulk.show'>['results'][number][] = []
  for (let after: number | null = 0; after !== null; ) {
    const shown: OperationOutput<'bulk.show'> = await invocation.run('bulk.show', { job, only: 'refused', after, limit: 1000 })
    all.push(...shown.results)
    after = shown.next
  }
  return all
}
