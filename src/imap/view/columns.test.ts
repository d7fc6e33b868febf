import assert from 'node:assert/strict'
import test from 'node:test'
import type { AccountId, MailboxId, Uid } from '../../mail/ids.ts'
import type { MessageDates } from '../../store/columns.ts'
import type { Store } from '../../store/store.ts'
import { Columns } from './columns.ts'
import type { Tracker } from './tracker.ts'

const rows = 20_000
const pages = 20

/** Dates of mailboxes that have `pages` pages of `rows` messages each, 12 MB in all. */
class Mailboxes {
  reads = 0
  readonly columns: Columns

  constructor() {
    const dates: Store['dates'] = async (_account, _mailbox, first) => {
      this.reads++
      const some = new Float64Array(rows)
      const next = first + rows > pages * rows ? undefined : ((first + rows) as Uid)
      const page: MessageDates = {
        uids: Uint32Array.from(some, (_, row) => first + row),
        internalDateMs: some,
        sentS: some,
        sentDay: some,
        sizeBytes: some,
        next,
      }
      return page
    }
    this.columns = new Columns({ dates } as Store)
  }

  /** Goes through all of one mailbox. */
  async read(mailboxId: number): Promise<void> {
    const live = { accountId: 1 as AccountId, mailboxId: mailboxId as MailboxId, mailbox: { uidValidity: 1 }, count: pages * rows }
    const uids = Uint32Array.from({ length: pages * rows }, (_, at) => at + 1)
    let seen = 0
    for await (const page of this.columns.dates({ live } as Tracker, uids)) seen += page.uids.length
    assert.equal(seen, pages * rows)
  }
}

test('columns are kept while there is room for them, counted with all that has been read of them', async () => {
  const mailboxes = new Mailboxes()
  for (let mailboxId = 1; mailboxId <= 8; mailboxId++) await mailboxes.read(mailboxId)
  mailboxes.reads = 0
  await mailboxes.read(8)
  assert.equal(mailboxes.reads, 0)
  await mailboxes.read(1)
  assert.equal(mailboxes.reads, pages)
})
