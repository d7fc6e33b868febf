import type { AccountId, MailboxId } from '../../mail/ids.ts'
import type { JudgedFolder } from '../mailbox.ts'
import { findFolder } from '../judged-folder.ts'
import { ensureAccount, inboxId } from './account.ts'
import type { Batch } from './batch.ts'
import { applyMailbox } from './mailboxes.ts'

/** Where a message goes that was judged so: the inbox where there is no folder for spam; one for viruses is made again. */
export async function folderFor(
  batch: Batch,
  { accountId, folder, atMs }: { readonly accountId: AccountId; readonly folder: JudgedFolder; readonly atMs: number },
): Promise<MailboxId> {
  const found = await findFolder(batch.tx, accountId, folder)
  if (found !== undefined) return found
  if (folder === 'spam') return inboxId
  await ensureAccount(batch.tx, accountId, atMs)
  const made = await applyMailbox(batch, { kind: 'create', atMs, accountId, name: 'virus', specialUse: undefined })
  return 'done' in made ? made.done.mailboxId : inboxId
}
