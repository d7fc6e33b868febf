import type { Change, Transaction } from '../../database/database.ts'
import { appendAudit } from './audit.ts'
import type { Changed, DirectoryRefusal } from '../refusal.ts'

/** Who changes what, and when: the same for every change. */
export interface Stamped<Arguments> {
  /** Who asked for it, for the audit: "cli", "operator admin". */
  readonly actor: string
  readonly atMs: number
  readonly args: Arguments
}

export type DirectoryChange<Arguments, Result> = Change<Stamped<Arguments>, Changed<Result>>

/** A change's view of its transaction. */
export interface Step<Arguments> {
  readonly tx: Transaction
  readonly args: Arguments
  readonly atMs: number
  readonly actor: string
  /** The version that the directory has once this change is committed. */
  readonly version: number
  /** The next id of a kind; never given twice. */
  nextId(counter: Counter): Promise<number>
}

export type Counter =
  | 'plan'
  | 'letter'
  | 'customer'
  | 'domain'
  | 'account'
  | 'address'
  | 'operator'
  | 'credential'
  | 'audit'
  | 'remote-target'
  | 'person'
  | 'template'
  | 'edit'

/** What is written into the audit. No passwords, no hashes. */
export interface AuditNote {
  /** The name of what was changed: an address, a domain, a setting's key. */
  readonly subject: string
  readonly detail?: Readonly<Record<string, unknown>>
  /** Whose it is; 0: the installation's; undefined: the owner's of the domain in `subject`, where that is an address, else the installation's. */
  readonly customerId?: number
}

export type StepResult<Result> =
  | { readonly done: Result; readonly audit: AuditNote; readonly refused?: never }
  | { readonly done?: never; readonly refused: DirectoryRefusal }

/**
 * A change of the directory: it waits for the version's row first, so directory changes follow one another on every engine and a
 * check made in one holds until it commits; at its end it takes the next version and writes the audit row. A refusal must
 * come before the first write.
 */
export function directoryChange<Arguments, Result>(
  name: string,
  run: (step: Step<Arguments>) => Promise<StepResult<Result>>,
): DirectoryChange<Arguments, Result> {
  return {
    name: `directory.${name}`,
    durable: true,
    async run(tx, { actor, atMs, args }) {
      const locked = await tx.get<{ value: number }>("UPDATE directory_counter SET value = value WHERE name = 'version' RETURNING value")
      if (locked === undefined) throw new Error('the directory has no version')
      const version = locked.value + 1
      const nextId = (counter: Counter) => takeId(tx, counter)
      const result = await run({ tx, args, atMs, actor, version, nextId })
      if (result.refused !== undefined) return { refused: result.refused }
      await tx.run("UPDATE directory_counter SET value = ? WHERE name = 'version'", version)
      const { subject, detail = {}, customerId } = result.audit
      const row = { auditId: await nextId('audit'), atMs, actor, change: name, subject, detail: JSON.stringify(detail) }
      await appendAudit(tx, { ...row, customerId: customerId === 0 ? undefined : (customerId ?? (await ownerOf(tx, subject))) })
      return { done: result.done, version }
    },
  }
}

async function ownerOf(tx: Transaction, subject: string): Promise<number | undefined> {
  const at = subject.lastIndexOf('@')
  if (at < 0) return undefined
  return (await tx.get<{ customer_id: number }>('SELECT customer_id FROM domain WHERE name = ?', subject.slice(at + 1)))?.customer_id
}

async function takeId(tx: Transaction, counter: Counter): Promise<number> {
  const row = await tx.get<{ value: number }>('UPDATE directory_counter SET value = value + 1 WHERE name = ? RETURNING value', counter)
  if (row === undefined) throw new Error(`no counter "${counter}"`)
  return row.value
}

/** Shorthand for the refusing branch. */
export function refuse(refused: DirectoryRefusal): { readonly refused: DirectoryRefusal } {
  return { refused }
}
