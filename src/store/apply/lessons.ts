import type { AccountId, EmailId, MailboxId } from '../../mail/ids.ts'
import { findFolder } from '../judged-folder.ts'
import { type LessonLabel, noteLesson } from '../learned.ts'
import type { Batch } from './batch.ts'

/** Messages of one command that are learned from. */
const maxLessons = 500

/**
 * A message that comes into the folder for spam is spam to its owner, one that leaves it is not; what goes on to the trash says nothing.
 * `from` undefined: it came from outside the account. In a rebuild nothing is noted: what it makes anew was learned long ago.
 */
export async function noteLessons(
  batch: Batch,
  moved: { accountId: AccountId; from: MailboxId | undefined; to: MailboxId; emailIds: readonly EmailId[]; atMs: number },
): Promise<void> {
  const { accountId, from, to, emailIds, atMs } = moved
  if (!batch.notesLessons || emailIds.length === 0 || from === to) return
  const spam = await findFolder(batch.tx, accountId, 'spam')
  if (spam === undefined || (to !== spam && from !== spam)) return
  const label: LessonLabel = to === spam ? 'spam' : 'ham'
  if (label === 'ham') {
    const target = await batch.tx.get<{ special_use: string | null }>('SELECT special_use FROM mailbox WHERE account_id = ? AND mailbox_id = ?', accountId, to)
    if (target?.special_use === '\\Trash') return
  }
  for (const emailId of emailIds.slice(0, maxLessons)) await noteLesson(batch.tx, { accountId, emailId, label, atMs })
}
