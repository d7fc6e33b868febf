import assert from 'node:assert/strict'
import test from 'node:test'
import type { ModSeq, Uid } from '../mail/ids.ts'
import { FlagPage } from './flag-page.ts'
import type { Mailbox, MailboxChanges } from './mailbox.ts'
import { packChanges, unpackChanges } from './packed-changes.ts'

test('changes come out as they went in', () => {
  const row = (uid: number, keywords: string) => ({ uid: uid as Uid, system: uid % 32, keywords, modSeq: (2 ** 40 + uid) as ModSeq })
  const changed: MailboxChanges['changed'] = [row(1, ''), row(7, '$a b'), row(9, ''), row(4_294_967_295, 'b')]
  const mailbox = { name: 'INBOX' } as Mailbox
  const pages = [changed.slice(0, 2), [], changed.slice(2)].map((rows) => FlagPage.ofRows(rows))
  const expunged = [2 as Uid]
  assert.deepEqual(unpackChanges(packChanges(mailbox, pages, expunged)), { mailbox, changed, expunged })
  assert.deepEqual(unpackChanges(packChanges(mailbox, [], [])), { mailbox, changed: [], expunged: [] })
})
