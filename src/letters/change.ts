import type { Change } from '../database/database.ts'
import { directoryChange, refuse, type Step } from '../directory/change/change.ts'
import type { AccountId } from '../mail/ids.ts'
import type { LetterContent, LetterGroup, RecipientState } from './letter.ts'
import { contentOf, groupId, groupSql, type LetterRow, waitingFor } from './rows.ts'

/** Whom it goes to is settled now. */
export const sendLetter = directoryChange('letter.send', async (step: Step<LetterContent & { readonly group: LetterGroup }>) => {
  const { tx, args, atMs, actor } = step
  const group = await groupId(tx, args.group)
  if (group.refused !== undefined) return group
  const letterId = await step.nextId('letter')
  const { en, de } = args.texts
  await tx.run(
    `INSERT INTO letter (letter_id, subject_en, text_en, subject_de, text_de, news, group_kind, group_name, actor, state, created_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'sending', ?)`,
    letterId,
    en?.subject ?? null,
    en?.text ?? null,
    de?.subject ?? null,
    de?.text ?? null,
    args.news ? 1 : 0,
    args.group.kind,
    args.group.kind === 'all' ? null : args.group.name,
    actor,
    atMs,
  )
  const { sql, parameters } = groupSql(args, group.row)
  const recipients = await tx.run(
    `INSERT INTO letter_recipient (letter_id, account_id, state) SELECT CAST(? AS INTEGER), account.account_id, 'waiting' ${sql}`,
    letterId,
    ...parameters,
  )
  const subject = (en ?? de)?.subject ?? ''
  return {
    done: { letterId, recipients },
    audit: { subject: `letter ${letterId}`, detail: { subject, group: args.group, news: args.news, recipients }, customerId: 0 },
  }
})

/** Who waits for it gets it no more. */
export const stopLetter = directoryChange('letter.stop', async ({ tx, args, atMs }: Step<{ readonly letterId: number }>) => {
  const stopped = await tx.run("UPDATE letter SET state = 'stopped', finished_at_ms = ? WHERE letter_id = ? AND state = 'sending'", atMs, args.letterId)
  if (stopped === 0) return refuse({ code: 'unknown', thing: 'letter', name: String(args.letterId), near: undefined })
  return { done: { letterId: args.letterId }, audit: { subject: `letter ${args.letterId}`, customerId: 0 } }
})

/** Some recipients of the oldest letter that somebody waits for, for this node to send to. */
export interface Taken {
  readonly letterId: number
  readonly content: LetterContent
  readonly accountIds: readonly AccountId[]
}

export const takeRecipients: Change<{ readonly node: number; readonly limit: number; readonly atMs: number }, Taken | undefined> = {
  name: 'letters.take',
  durable: true,
  async run(tx, { node, limit, atMs }) {
    for (;;) {
      // Waits for others that take.
      const letter = await tx.get<LetterRow>(
        "UPDATE letter SET state = state WHERE letter_id = (SELECT MIN(letter_id) FROM letter WHERE state = 'sending') RETURNING *",
      )
      if (letter === undefined) return undefined
      const rows = await waitingFor(tx, letter.letter_id, limit)
      if (rows.length > 0) {
        for (const accountId of rows) {
          await tx.run("UPDATE letter_recipient SET state = 'taken', node = ? WHERE letter_id = ? AND account_id = ?", node, letter.letter_id, accountId)
        }
        return { letterId: letter.letter_id, content: contentOf(letter), accountIds: rows }
      }
      const open = await tx.get("SELECT 1 AS one FROM letter_recipient WHERE letter_id = ? AND state = 'taken' LIMIT 1", letter.letter_id)
      // Somebody is at its last ones.
      if (open !== undefined) return undefined
      await tx.run("UPDATE letter SET state = 'sent', finished_at_ms = ? WHERE letter_id = ?", atMs, letter.letter_id)
    }
  },
}

/** What became of those that were taken; `waiting`: they were not sent to. */
export const noteRecipients: Change<
  { readonly letterId: number; readonly recipients: readonly (readonly [accountId: AccountId, state: RecipientState])[] },
  undefined
> = {
  name: 'letters.note',
  durable: true,
  async run(tx, { letterId, recipients }) {
    for (const [accountId, state] of recipients) {
      await tx.run("UPDATE letter_recipient SET state = ?, node = NULL WHERE letter_id = ? AND account_id = ? AND state = 'taken'", state, letterId, accountId)
    }
    return undefined
  },
}

/** A mailbox gets no more news. */
export const declineNews: Change<{ readonly accountId: AccountId; readonly atMs: number }, undefined> = {
  name: 'letters.decline',
  durable: true,
  async run(tx, { accountId, atMs }) {
    await tx.run(
      'INSERT INTO letter_opt_out (account_id, at_ms) SELECT account_id, CAST(? AS INTEGER) FROM account WHERE account_id = ? ON CONFLICT (account_id) DO NOTHING',
      atMs,
      accountId,
    )
    return undefined
  },
}
