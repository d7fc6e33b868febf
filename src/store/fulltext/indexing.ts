import type { Database } from '../../database/database.ts'
import { anyGrams } from '../../fulltext/grams-of-message.ts'
import type { AccountId } from '../../mail/ids.ts'
import { addTextChange, joinableQuery, joinChange, renewChange, type TextAccounts, thinnedQuery, unreadQuery } from './rows.ts'
import type { EmailText, TextWork, UnreadEmail } from './work.ts'

export interface IndexingDependencies {
  readonly database: Database
  readonly work: TextWork
}

/**
 * One step of an account's index: some messages are looked into, or many become a block, or a block is written again without those that are
 * gone. Resolves to whether there is more to do. Each step is one transaction, with the position that it leads to: it can be ended anywhere.
 */
export async function indexStep(deps: IndexingDependencies, accountId: AccountId, which: TextAccounts = 'all'): Promise<boolean> {
  return (await readSome(deps, accountId, which)) || (await joinSome(deps, accountId)) || (await renewOne(deps, accountId))
}

async function readSome({ database, work }: IndexingDependencies, accountId: AccountId, which: TextAccounts): Promise<boolean> {
  const unread = await database.query(unreadQuery, { accountId, which })
  if (unread === undefined) return false
  const emails = await readEach(work, unread.emails)
  await database.change(addTextChange, { accountId, from: unread.from, to: unread.to, emails })
  // So that no more wait for a block than a search can well look through.
  await joinSome({ database, work }, accountId)
  return true
}

/** A message of which the reading dies must not keep the others from being read: it may hold anything. */
async function readEach(work: TextWork, emails: readonly UnreadEmail[]): Promise<readonly EmailText[]> {
  try {
    return await work.read(emails)
  } catch (error) {
    if (emails.length > 1) {
      const read: EmailText[] = []
      for (const email of emails) read.push(...(await readEach(work, [email])))
      return read
    }
    // Only where it is the message's fault: nothing can be read where this fails too.
    await work.read([])
    const [email] = emails
    if (email === undefined) throw error
    return [{ emailId: email.emailId, ...anyGrams() }]
  }
}

async function joinSome({ database, work }: IndexingDependencies, accountId: AccountId): Promise<boolean> {
  const emails = await database.query(joinableQuery, { accountId })
  if (emails === undefined) return false
  const shards = await work.join(emails)
  await database.change(joinChange, { accountId, emails: emails.map((email) => email.emailId), shards })
  return true
}

async function renewOne({ database, work }: IndexingDependencies, accountId: AccountId): Promise<boolean> {
  const block = await database.query(thinnedQuery, { accountId })
  if (block === undefined) return false
  const { first, columns } = block
  const isLiving = new Set(block.living)
  const living = block.emails.filter((email) => isLiving.has(email))
  let next = 0
  const numbers = block.emails.map((email) => (isLiving.has(email) ? next++ : -1))
  const shards = living.length === 0 ? [] : await work.renumber(block.shards, columns, numbers)
  await database.change(renewChange, { accountId, first, columns, emails: living, shards })
  return true
}
