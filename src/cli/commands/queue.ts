import type { Command } from 'commander'
import type { OperationInput, OperationOutput } from '../../api/contract.ts'
import type { WaitingShown } from '../../api/contract/queue.ts'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import type { Invocation } from '../invocation.ts'
import { roundSize } from '../round-size.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

export function queueCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const queue = branch(program, 'queue', t.queue.about)

  leaf(cli, queue, 'list', {
    summary: t.queue.list,
    examples: ['queue list', 'queue list --destination b.example', 'queue list --mailbox ann@a.example --json'],
    options: (command) => selecting(command, t).option('--limit <number>', t.queue.limit),
    async run(invocation, given) {
      const selection = selectionOf(given)
      const limit = limitOf(given.text('limit'), t)
      if (Object.keys(selection).length === 0) {
        const listed = await invocation.run('queue.destinations', limit)
        invocation.print(listed, destinationsText(listed, t))
        if (listed.destinations.length > 0 || listed.holds.length > 0) return 0
      } else {
        const waiting = await waitingOf(invocation, selection, limit.limit ?? defaultLimit)
        invocation.print(waiting, waitingTable(waiting, t))
        if (waiting.length > 0) return 0
      }
      invocation.note(t.queue.nothing)
      return 1
    },
  })

  leaf(cli, queue, 'history', {
    summary: t.queue.history,
    examples: ['queue history', 'queue history --from 7d --step hour'],
    options: (command) =>
      command.option('--from <time>', t.statistics.from).option('--to <time>', t.statistics.to).option('--step <minute|ten-minutes|hour|day>', t.queue.step),
    async run(invocation, given) {
      const input = Object.fromEntries(
        (['from', 'to', 'step'] as const).flatMap((name) => {
          const value = given.text(name)
          return value === undefined ? [] : [[name, value] as const]
        }),
      ) as OperationInput<'queue.history'>
      const shown = await invocation.run('queue.history', input)
      const rows = shown.lengths.map(({ at, recipients }) => [at, String(recipients)])
      invocation.print(shown, table([t.queue.columns.since, t.queue.columns.waiting], rows))
    },
  })

  leaf(cli, queue, 'show <id>', {
    summary: t.queue.show,
    examples: ['queue show 0D4KX5GH3J01ABCD', 'queue show 0D4KX5GH3J01ABCD/0/3'],
    async run(invocation, given) {
      const waiting = await waitingOf(invocation, { id: given.argument(0) }, Number.POSITIVE_INFINITY)
      invocation.print(waiting, waiting.map((one) => wordsOf(one, t)).join('\n\n'))
    },
  })

  leaf(cli, queue, 'retry [id]', {
    summary: t.queue.retry,
    examples: ['queue retry 0D4KX5GH3J01ABCD', 'queue retry --destination b.example'],
    options: (command) => selecting(command, t),
    async run(invocation, given) {
      const done = await invocation.run('queue.retry', selectionOf(given, given.argument(0)))
      invocation.print(done, t.queue.retried(done.recipients))
    },
  })

  leaf(cli, queue, 'hold [id]', {
    summary: t.queue.hold,
    examples: ['queue hold 0D4KX5GH3J01ABCD --reason "looks like spam"', 'queue hold --destination b.example --reason "they asked us to wait"'],
    options: (command) => selecting(command, t).option('--sender-domain <domain>', t.queue.senderDomain).requiredOption('--reason <text>', t.queue.reason),
    async run(invocation, given) {
      const done = await invocation.run('queue.hold', { ...holdOf(given), reason: given.text('reason') ?? '' })
      invocation.print(done, t.queue.held(done.held))
    },
  })

  leaf(cli, queue, 'release [id]', {
    summary: t.queue.release,
    examples: ['queue release 0D4KX5GH3J01ABCD', 'queue release --destination b.example'],
    options: (command) => selecting(command, t).option('--sender-domain <domain>', t.queue.senderDomain),
    async run(invocation, given) {
      const done = await invocation.run('queue.release', holdOf(given))
      invocation.print(done, t.queue.released(done.released))
    },
  })

  leaf(cli, queue, 'delete [id]', {
    summary: t.queue.delete,
    examples: ['queue delete 0D4KX5GH3J01ABCD', 'queue delete --mailbox ann@a.example'],
    options: (command) => selecting(command, t),
    async run(invocation, given) {
      const done = await invocation.run('queue.delete', selectionOf(given, given.argument(0)))
      invocation.print(done, t.queue.deleted(done.recipients))
    },
  })
}

/** Shown where nobody says how many. */
const defaultLimit = 50
/** Of one page. */
const mostRows = 1000

/** As many of them as are wanted, page after page. */
async function waitingOf(invocation: Invocation, selection: ReturnType<typeof selectionOf>, most: number): Promise<readonly WaitingShown[]> {
  const all: WaitingShown[] = []
  let next: string | undefined
  do {
    const limit = Math.min(most - all.length, mostRows)
    const page = await invocation.run('queue.list', { ...selection, limit, ...(next !== undefined && { after: next }) })
    all.push(...page.waiting)
    next = page.next
  } while (next !== undefined && all.length < most)
  return all
}

function selecting(command: Command, t: Texts): Command {
  return command
    .option('--destination <domain>', t.queue.destination)
    .option('--mailbox <address>', t.queue.mailbox)
    .option('--customer <name>', t.queue.customer)
}

function selectionOf(given: Given, id = ''): Partial<Record<'id' | 'destination' | 'mailbox' | 'customer', string>> {
  const named = (['destination', 'mailbox', 'customer'] as const).flatMap((name) => {
    const value = given.text(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(named), ...(id !== '' && { id }) }
}

function holdOf(given: Given): ReturnType<typeof selectionOf> & { readonly senderDomain?: string } {
  const senderDomain = given.text('senderDomain')
  return { ...selectionOf(given, given.argument(0)), ...(senderDomain !== undefined && { senderDomain }) }
}

function limitOf(text: string | undefined, t: Texts): { readonly limit?: number } {
  if (text === undefined) return {}
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 10_000) throw new WrongUse(t.usage.number('--limit', text))
  return { limit: Number(text) }
}

function destinationsText({ destinations, holds, recipients, destinationsInAll }: OperationOutput<'queue.destinations'>, t: Texts): string {
  const c = t.queue.columns
  const rows = destinations.map((row) => [
    row.destination,
    String(row.recipients),
    row.heldReason === null ? (row.nextAttempt ?? t.queue.isHeld) : t.queue.heldBecause(row.heldReason),
  ])
  const parts = [
    ...(rows.length > 0 ? [table([c.destination, c.waiting, c.next], rows), t.queue.inAll(recipients, destinationsInAll)] : []),
    ...(holds.length > 0
      ? [
          table(
            [c.what, c.since, c.reason],
            holds.map(({ kind, name, since, reason }) => [`${kind} ${name}`, since, reason]),
          ),
        ]
      : []),
  ]
  return parts.join('\n\n')
}

function waitingTable(waiting: readonly WaitingShown[], t: Texts): string {
  if (waiting.length === 0) return ''
  const c = t.queue.columns
  const rows = waiting.map((one) => [one.id, one.sender === '' ? '<>' : one.sender, one.recipient, stateOf(one, t), one.last?.found ?? ''])
  return table([c.id, c.sender, c.recipient, c.next, c.answer], rows)
}

function stateOf({ held, isBeingTried, nextAttempt }: WaitingShown, t: Texts): string {
  if (held !== null) return t.queue.isHeld
  return isBeingTried ? t.queue.isBeingTried : (nextAttempt ?? '')
}

function wordsOf(one: WaitingShown, t: Texts): string {
  const { words: show } = t.queue
  const way = one.last === null || one.last.host === null ? '' : `${one.last.host}${one.last.ip === null ? '' : ` [${one.last.ip}]`}`
  const lines = [
    show.from(one.sender === '' ? '<>' : one.sender, roundSize(one.sizeBytes), one.messageId === null ? '' : `<${one.messageId}>`),
    show.accepted(one.accepted, one.attempts),
    ...(one.last === null ? [] : [show.last(one.last.at, way, one.last.found)]),
    one.held === null ? show.next(stateOf(one, t), one.giveUp) : show.held(one.held.since, one.held.reason, one.giveUp),
    ...(one.delayTold ? [show.delayTold] : []),
  ]
  return [`${one.id}  ${one.recipient}`, ...lines.map((line) => `  ${line}`)].join('\n')
}
