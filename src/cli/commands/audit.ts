import type { Command } from 'commander'
import type { AuditShown } from '../../api/contract/audit.ts'
import { type Cli, leaf } from '../command.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'

const filters = ['subject', 'actor', 'change', 'customer', 'since', 'until'] as const
const whole = ['limit', 'before'] as const

/** `posthorn audit`: who changed what. */
export function auditCommand(cli: Cli, program: Command): void {
  const { t } = cli
  leaf(cli, program, 'audit', {
    summary: t.audit.about,
    examples: ['audit --subject ann@a.example', 'audit --subject a.example --change mailbox --since 30d', 'audit --actor "operator admin"', 'audit --verify'],
    options: (command) =>
      command
        .option('--subject <name>', t.audit.subject)
        .option('--actor <name>', t.audit.actor)
        .option('--change <name>', t.audit.change)
        .option('--customer <name>', t.audit.customer)
        .option('--since <time>', t.journal.since)
        .option('--until <time>', t.audit.until)
        .option('--before <id>', t.audit.before)
        .option('--limit <number>', t.journal.limit)
        .option('--verify', t.audit.verify),
    async run(invocation, given) {
      if (given.flag('verify')) {
        const found = await invocation.run('audit.verify', {})
        invocation.print(found, found.broken === null ? t.audit.whole(found.entries, found.last) : t.audit.broken(found.broken))
        return found.broken === null ? 0 : 1
      }
      const texts = filters.flatMap((name) => {
        const value = given.text(name)
        return value === undefined ? [] : [[name, value] as const]
      })
      const numbers = whole.flatMap((name) => {
        const value = given.text(name)
        if (value !== undefined && !/^[1-9]\d{0,14}$/.test(value)) throw new WrongUse(t.usage.number(`--${name}`, value))
        return value === undefined ? [] : [[name, Number(value)] as const]
      })
      const page = await invocation.run('audit.list', { ...Object.fromEntries(texts), ...Object.fromEntries(numbers) })
      // The newest stands last, where a terminal ends.
      const { id, time, actor, change, subject, detail } = t.audit.columns
      invocation.print(page, table([id, time, actor, change, subject, detail], page.entries.toReversed().map(cells)))
      if (page.next !== null) invocation.note(t.audit.more(page.next))
      if (page.entries.length > 0) return 0
      invocation.note(t.journal.nothing)
      return 1
    },
  })
}

function cells({ id, at, actor, change, subject, detail }: AuditShown): string[] {
  const { was, ...now } = detail
  const before = (was ?? {}) as Readonly<Record<string, unknown>>
  const words = Object.entries(now).map(([key, value]) => `${key}=${key in before ? `${written(before[key])}→` : ''}${written(value)}`)
  return [String(id), at.slice(0, 19), actor, change, subject, words.join(' ')]
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
