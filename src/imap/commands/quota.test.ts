import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'
import type { MailboxId } from '../../mail/ids.ts'

const mail = `From: bob@b.example\r\nSubject: hello\r\n\r\n${'x'.repeat(1_500)}\r\n`
const inbox = 1 as MailboxId

test('QUOTA (RFC 9208)', async (t) => {
  const server = await startImap(t, { quotaBytes: 10_000 })
  const [ann, ben] = [await server.as('ann'), await server.as('ben')]
  const [annId, benId] = [server.accountOf('ann'), server.accountOf('ben')]
  await server.deliver(mail, annId)

  await t.test('what is used rounded up, what may be used rounded down', async () => {
    await ann.play(`
      C: a GETQUOTA ""
      S: * QUOTA "" (STORAGE 2 9)
      S: a OK *
      C: b GETQUOTAROOT inbox
      S: * QUOTAROOT "INBOX" ""
      S: * QUOTA "" (STORAGE 2 9)
      S: b OK *
      C: c GETQUOTAROOT nothing
      S: c NO [NONEXISTENT] *
      C: d GETQUOTA nothing
      S: d NO [NONEXISTENT] *
      C: e GETQUOTA
      S: e BAD *
    `)
  })

  await t.test('nobody sets his own', async () => {
    await ann.play(`
      C: a SETQUOTA "" (STORAGE 99999999)
      S: a NO [NOPERM] *
      C: b SETQUOTA "" ()
      S: b NO [NOPERM] *
      C: c SETQUOTA nothing (STORAGE 1 MESSAGE 2)
      S: c NO [NOPERM] *
      C: d SETQUOTA "" (STORAGE)
      S: d BAD *
      C: e SETQUOTA "" STORAGE 1
      S: e BAD *
    `)
  })

  await t.test('what is marked as deleted, in STATUS and LIST', async () => {
    await ann.play(`
      C: a STATUS INBOX (DELETED DELETED-STORAGE MESSAGES)
      S: * STATUS "INBOX" (DELETED 0 DELETED-STORAGE 0 MESSAGES 1)
      S: a OK *
      C: b SELECT INBOX
      S: ...
      S: b OK *
      C: c STORE 1 +FLAGS.SILENT (\\Deleted)
      S: c OK *
      C: d LIST "" INBOX RETURN (STATUS (DELETED DELETED-STORAGE))
      S: * LIST * "INBOX"
      S: * STATUS "INBOX" (DELETED 1 DELETED-STORAGE 1571)
      S: d OK *
      C: e UNSELECT
      S: e OK *
    `)
  })

  await t.test('that of others only where one may read something of theirs', async () => {
    const root = '"Other Users/ann@a.example"'
    const none = `C: a GETQUOTA ${root}\nS: a NO [NONEXISTENT] no such quota root`
    await ben.play(none)
    await server.store.setGrant(annId, inbox, { granteeId: benId, rights: 'l' })
    await ben.play(none)
    await ben.play(`C: b GETQUOTAROOT "Other Users/ann@a.example/INBOX"\nS: b NO [NOPERM] *`)
    await server.store.setGrant(annId, inbox, { granteeId: benId, rights: 'lr' })
    await ben.play(`
      C: a GETQUOTAROOT "Other Users/ann@a.example/INBOX"
      S: * QUOTAROOT "Other Users/ann@a.example/INBOX" ${root}
      S: * QUOTA ${root} (STORAGE 2 9)
      S: a OK *
      C: b GETQUOTA ${root}
      S: * QUOTA ${root} (STORAGE 2 9)
      S: b OK *
      C: c GETQUOTA ""
      S: * QUOTA "" (STORAGE 0 9)
      S: c OK *
    `)
  })
})

test('without a limit there is no quota root (RFC 9208 3.2)', async (t) => {
  const client = await (await startImap(t)).as('ann')
  await client.play(`
    C: a GETQUOTAROOT INBOX
    S: * QUOTAROOT "INBOX"
    S: a OK *
    C: b GETQUOTA ""
    S: b NO [NONEXISTENT] no such quota root
  `)
})
