import type { Change, Database } from '../../database/database.ts'
import type { Directory } from '../../directory/directory.ts'
import type { Table } from '../../ephemeral/ephemeral.ts'
import type { Operate } from '../../http/api.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { ConnectionBudget } from '../../protection/budgets.ts'
import type { Records } from '../../store/records.ts'
import type { Only } from '../only.ts'
import type { FirstCalls } from './calls.ts'

export interface AnswerDependencies {
  readonly only: Only
  readonly records: Records
  readonly database: Pick<Database, 'change'>
  /** By name. */
  readonly changes: ReadonlyMap<string, Change<unknown, unknown, unknown>>
  readonly directory: Pick<Directory, 'follow'>
  /** Tells the processes that have not made the change themselves. */
  readonly tellDirectory: (version: number) => Promise<void>
  readonly notice: (notice: { readonly topic: string; readonly message: string }) => void
  readonly textWanted: (accountId: AccountId) => void
  readonly mailboxFull: (accountId: AccountId) => void
  readonly autolearn: (label: 'spam' | 'ham', octets: Uint8Array<ArrayBuffer>) => void
  readonly operate: Operate
  readonly ready: () => void
}

/** What the first process does for one other, and what is left of that when it ends. */
export interface Answering {
  readonly calls: FirstCalls
  /** The process has ended: its connections are no more. */
  gone(): void
}

export function answering(deps: AnswerDependencies): Answering {
  const { only, records } = deps
  const connections = new Map<number, ConnectionBudget>()
  const tables = new Map<string, Table>()
  const subscriptions = new Map<string, () => void>()
  const table = (name: string) => {
    const found = tables.get(name)
    if (found === undefined) throw new Error(`the table ${name} has not been opened`)
    return found
  }
  const calls: FirstCalls = {
    ready: () => deps.ready(),
    append: (record) => records.append(record),
    apply: (record) => records.apply(record),
    applyAcross: (record) => records.applyAcross(record),
    settled: () => records.settled(),
    async change({ name, args }) {
      const change = deps.changes.get(name)
      if (change === undefined) throw new Error(`${name} is not in the catalogue`)
      return await deps.database.change(change, args)
    },
    async directoryChanged(version) {
      await Promise.all([deps.directory.follow(version), deps.tellDirectory(version)])
    },
    openTable({ name, maxEntries }) {
      tables.set(name, only.ephemeral.table(name, { maxEntries }))
    },
    tableGet: (of) => table(of.table).get(of.key),
    tablePut: (of) => table(of.table).put(of.key, of.entry),
    tableDelete: (of) => table(of.table).delete(of.key),
    tableSize: (of) => table(of.table).size(),
    spend: ({ allowances, take }) => only.ephemeral.spend(allowances, take),
    publish: ({ topic, message }) => only.ephemeral.publish(topic, message),
    subscribe(topic) {
      if (!subscriptions.has(topic))
        subscriptions.set(
          topic,
          only.ephemeral.subscribe(topic, (message) => deps.notice({ topic, message })),
        )
    },
    unsubscribe(topic) {
      subscriptions.get(topic)?.()
      subscriptions.delete(topic)
    },
    textWanted: (accountId) => deps.textWanted(accountId),
    mailboxFull: (accountId) => deps.mailboxFull(accountId),
    autolearn: ({ label, octets }) => deps.autolearn(label, octets),
    record: (entry) => only.journal.record(entry),
    dmarcSeen: (observation) => only.dmarc.note(observation),
    listAsked: (tally) => only.blocklists.note(tally),
    reportArrived: ({ message, arrival }) => only.dmarc.arrived(message, arrival),
    connected({ id, ip, kind }) {
      const budget = only.budgets.connect(ip, kind)
      connections.set(id, budget)
      return budget.excess
    },
    badCommand: (id) => connections.get(id)?.badCommand(),
    unknownRecipient: (id) => connections.get(id)?.unknownRecipient(),
    closed(id) {
      connections.get(id)?.close()
      connections.delete(id)
    },
    takeRate: (of) => only.rates.take(of),
    delayMs: (attempt) => only.budgets.guesses.delayMs(attempt),
    resolve: ({ name, type }) => only.resolver.lookup(name, type),
    operate: ({ principal, name, input, key }) => deps.operate(principal, name, input, key),
    metrics: () => only.metrics.text(),
    verifyToken: ({ token, domain }) => only.tokens.verify(token, domain),
    guessed: ({ outcome, ...attempt }) => only.budgets.guesses[outcome](attempt),
  }
  return {
    calls,
    gone() {
      for (const budget of connections.values()) budget.close()
      connections.clear()
      for (const unsubscribe of subscriptions.values()) unsubscribe()
      subscriptions.clear()
    },
  }
}
