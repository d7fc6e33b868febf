import type { Command } from 'commander'
import type { OperationInput, OperationOutput } from '../../api/contract.ts'
import { type Cli, leaf } from '../command.ts'
import { roundSize } from '../round-size.ts'
import type { Texts } from '../texts/en.ts'

export function statisticsCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'statistics', {
    summary: t.statistics.about,
    examples: ['statistics', 'statistics --domain a.example --from 7d', 'statistics --step hour --json'],
    options: (command) =>
      command
        .option('--customer <name>', t.statistics.customer)
        .option('--domain <domain>', t.statistics.domain)
        .option('--from <time>', t.statistics.from)
        .option('--to <time>', t.statistics.to)
        .option('--step <hour|day>', t.statistics.step),
    async run(invocation, given) {
      const input = Object.fromEntries(
        (['customer', 'domain', 'from', 'to', 'step'] as const).flatMap((name) => {
          const value = given.text(name)
          return value === undefined ? [] : [[name, value] as const]
        }),
      ) as OperationInput<'statistics.show'>
      const shown = await invocation.run('statistics.show', input)
      invocation.print(shown, [...table(shown), '', ...now(shown, t)].join('\n'))
    },
  })
}

type Shown = OperationOutput<'statistics.show'>

/** One line for each kind, with its sum; the steps are in the JSON. */
function table({ counts }: Shown): readonly string[] {
  const sums = new Map<string, number>()
  for (const { kind, number } of counts) sums.set(kind, (sums.get(kind) ?? 0) + number)
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, number]) => `${kind.padEnd(28)} ${(kind.startsWith('bytes') ? roundSize(number) : String(number)).padStart(12)}`)
}

function now({ queue, storage }: Shown, t: Texts): readonly string[] {
  const waiting = queue === null ? [] : [t.statistics.queue(queue.recipients, queue.oldest)]
  const quota = storage.quotaBytes === null ? undefined : roundSize(storage.quotaBytes)
  return [...waiting, t.statistics.storage(storage.mailboxes, roundSize(storage.usedBytes), quota, storage.nearlyFull)]
}
