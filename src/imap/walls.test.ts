import assert from 'node:assert/strict'
import test from 'node:test'
import { type ImapUnderTest, startImap } from '../../test/harness/imap.ts'
import type { Player } from '../../test/harness/play.ts'
import type { MailboxId } from '../mail/ids.ts'
import { allRights } from '../store/sharing.ts'

/**
 * Names by which somebody might try to get at the mailbox TARGET of ann@a.example, as they go over the wire: climbing, prefixes of other servers, other writings of a
 * dot, a separator or a letter. TARGET has six letters, there or not.
 */
const hostileNames: readonly string[] = [
  // climbing
  '../ann/TARGET',
  '../ann@a.example/TARGET',
  '../../ann@a.example/TARGET',
  './../ann@a.example/TARGET',
  '/ann@a.example/TARGET',
  '//ann@a.example/TARGET',
  'INBOX/../../ann@a.example/TARGET',
  'INBOX/../TARGET',
  '....//ann@a.example/TARGET',
  '..\\..\\ann@a.example\\TARGET',
  '..%2Fann@a.example%2FTARGET',
  '%2e%2e/ann@a.example/TARGET',
  'file:///ann@a.example/TARGET',
  'imap://ann@a.example/TARGET',
  '../../data/posthorn.db/TARGET',
  // a dot or a separator in modified UTF-7, where it must not be (RFC 3501 5.1.3), and its likenesses in it, where they may
  '&AC4ALg-/ann@a.example/TARGET',
  '..&AC8-ann@a.example&AC8-TARGET',
  '&AAA-/TARGET',
  '&2AA-/TARGET',
  '&,w,7Dv8P-/ann@a.example/TARGET',
  '&IBQ-&IBU-/ann@a.example/TARGET',
  '&/w7/Dv8P-ann@a.example&/w8-TARGET',
  '&ICQgJCAv-ann@a.example/TARGET',
  'Other&AKA-Users/ann@a.example/TARGET',
  // where others' mailboxes are, and nearly there
  'Other Users/ann@a.example/TARGET',
  'Other Users/ann@a.example/TARGET/',
  'Other Users/ANN@A.EXAMPLE/TARGET',
  'Other Users/ann/TARGET',
  'Other Users/ann@a.example.//TARGET',
  'Other Users/1/TARGET',
  'Other Users/=61nn@a.example/TARGET',
  'Other Users/ann@a.example=2FTARGET',
  'Other Users//ann@a.example/TARGET',
  'Other Users/./ann@a.example/TARGET',
  'Other Users/../ann@a.example/TARGET',
  'Other Users/ann@a.example/../ann@a.example/TARGET',
  'Other Users/ann@a.example/INBOX/../TARGET',
  'Other Users/ann+TARGET@a.example/TARGET',
  'Other Users/"ann"@a.example/TARGET',
  'Other Users/&AGEAbgBu-@a.example/TARGET',
  'Other Users/&AOQ-nn@a.example/TARGET',
  'other users/ann@a.example/TARGET',
  'OTHER USERS/ann@a.example/TARGET',
  'Other Users\\ann@a.example\\TARGET',
  // where other servers have them
  '~ann/TARGET',
  '~ann@a.example/TARGET',
  '#user/ann/TARGET',
  '#shared/ann@a.example/TARGET',
  '#public/TARGET',
  '#mh/ann/TARGET',
  'user.ann.TARGET',
  'user/ann/TARGET',
  'shared.ann.TARGET',
  'Shared Folders/ann@a.example/TARGET',
  'INBOX.TARGET',
  'TARGET@ann@a.example',
  // in octets of their own
  'Other Users/ann@a.example\tTARGET',
  'Other Users/ann@a.example/TARGET ',
  ' Other Users/ann@a.example/TARGET',
]

/** Each command that takes the name of a mailbox: <name> stands for it, <below> for one below it, <url> for a URL of a message in it, <me> for who is asking. */
const commands: readonly string[] = [
  'STATUS <name> (MESSAGES UIDNEXT UIDVALIDITY UNSEEN SIZE HIGHESTMODSEQ MAILBOXID)',
  'LIST "" <name>',
  'LIST <name> *',
  'LIST <name> %/%',
  'LIST (SUBSCRIBED RECURSIVEMATCH) "" (<name>) RETURN (CHILDREN STATUS (MESSAGES))',
  'LSUB "" <name>',
  'GETMETADATA (DEPTH infinity) <name> (/private /shared)',
  'ESEARCH IN (mailboxes <name>) ALL',
  'ESEARCH IN (subtree <name>) RETURN (COUNT) ALL',
  'ESEARCH IN (subtree-one <name> personal) RETURN (ALL) TEXT cinderwalnut',
  'MYRIGHTS <name>',
  'GETACL <name>',
  'LISTRIGHTS <name> ann@a.example',
  'GETQUOTAROOT <name>',
  'GETQUOTA <name>',
  'SETACL <name> <me> lrswipkxtea',
  'DELETEACL <name> ann@a.example',
  'SETQUOTA <name> (STORAGE 1)',
  'NOTIFY SET STATUS (MAILBOXES <name> (MessageNew MessageExpunge))',
  'NOTIFY SET STATUS (SUBTREE <name> (MessageNew MessageExpunge MailboxName))',
  'NOTIFY SET (MAILBOXES <name> (MailboxMetadataChange MailboxName))',
  'NOTIFY NONE',
  'GETMETADATA <name> /shared/comment',
  'SETMETADATA <name> (/shared/comment "x" /private/comment "x")',
  'LIST "" <name> RETURN (METADATA (/shared/comment))',
  'COPY 1 <name>',
  'MOVE 1 <name>',
  'APPEND <name> {3+}\r\nx\r\n',
  'APPEND INBOX CATENATE (URL <url>)',
  'REPLACE 1 <name> {3+}\r\nx\r\n',
  'RENAME <name> Stolen',
  'DELETE <name>',
  'SUBSCRIBE <name>',
  'UNSUBSCRIBE <name>',
  'EXAMINE <name>',
  'SELECT <name>',
  'SELECT <name> (QRESYNC (1 1))',
  // These may make a mailbox of one's own, by that name or below: never another's.
  'CREATE <name>',
  'CREATE <below>',
  'RENAME Mine <name>',
  'STATUS <name> (MESSAGES)',
]

for (const [who, why] of [
  ['ben', 'of the same domain, with whom nothing is shared'],
  ['eve', 'of another domain, to whom a grant once came'],
] as const) {
  test(`a mailbox of ann is, for ${who} ${why}, one that is not there: same answers, same questions to the store`, async (context) => {
    const asked: string[] = []
    const server = await startImap(context, { before: (method) => void asked.push(method) })
    const secret = await annWithSecrets(server)
    const before = await stateOf(server)

    for (const [index, name] of hostileNames.entries()) {
      const heard: string[][] = []
      for (const target of ['Secret', 'Absent']) {
        const attacker = `${who}${target === 'Secret' ? 'x' : 'y'}${index}${who === 'eve' ? '@b.example' : ''}`
        const client = await attackerWithMail(server, attacker)
        if (who === 'eve') await grantAcrossDomains(server, secret, attacker)
        heard.push(await allAnswers(client, name.replaceAll('TARGET', target), attacker, asked))
        client.close()
      }
      const [there = [], absent = []] = heard
      assert.ok(there.length > commands.length)
      assert.deepEqual(there, absent, name)
      // The commands are such that are looked at, not grammar that is refused.
      if (name === 'Other Users/ann@a.example/TARGET')
        assert.deepEqual(
          there.filter((line) => / BAD /.test(line)),
          [],
        )
    }
    assert.deepEqual(await stateOf(server), before, 'nothing of ann changed')
    assert.deepEqual(server.errors, [])
  })
}

/** Two mailboxes, one of which is shared with somebody who is not asking. */
async function annWithSecrets(server: ImapUnderTest): Promise<MailboxId> {
  using ann = await server.as('ann')
  await ann.play(`
    C: a APPEND INBOX (\\Flagged) {23+}
    C: Subject: cinderwalnut
    C:
    S: a OK *
    C: b CREATE Secret
    S: b OK *
    C: c APPEND Secret (\\Seen) {23+}
    C: Subject: cinderwalnut
    C:
    S: c OK *
    C: d SUBSCRIBE Secret
    S: d OK *
    C: e LOGOUT
    S: ...
    S: e OK *
  `)
  await server.store.mailboxes(server.accountOf('cat'))
  const secret = (await server.store.mailbox(server.accountOf('ann'), 'Secret'))?.mailboxId
  assert.ok(secret)
  await server.store.setGrant(server.accountOf('ann'), secret, { granteeId: server.accountOf('cat'), rights: 'lr' })
  return secret
}

async function attackerWithMail(server: ImapUnderTest, name: string): Promise<Player> {
  const client = await server.as(name)
  await client.play(
    'C: e ENABLE QRESYNC\nS: ...\nS: e OK *\nC: a CREATE Mine\nS: a OK *\nC: b APPEND INBOX {3+}\nC: x\nC:\nS: b OK *\nC: c SELECT INBOX\nS: ...\nS: c OK *',
  )
  return client
}

/** Such a row cannot come about by SETACL; it is left where an address moved to another domain. */
async function grantAcrossDomains(server: ImapUnderTest, mailboxId: MailboxId, attacker: string): Promise<void> {
  const ann = server.accountOf('ann')
  await server.store.setGrant(ann, mailboxId, { granteeId: server.accountOf(attacker), rights: allRights })
}

/** What is answered to every command about the name, and what the store was asked meanwhile; what differs between any two accounts is taken out. */
async function allAnswers(client: Player, name: string, attacker: string, asked: string[]): Promise<string[]> {
  const answers: string[] = []
  for (const [index, command] of commands.entries()) {
    const tag = `t${index}`
    asked.length = 0
    const url = JSON.stringify(`/${encodeURI(name)};UIDVALIDITY=1/;UID=1`)
    client.write(
      `${tag} ${command
        .replace('<url>', url)
        .replace('<below>', quote(`${name}/below`))
        .replace('<name>', quote(name))
        .replace('<me>', attacker)}\r\n`,
    )
    for (let line = await client.line(); ; line = await client.line()) {
      assert.ok(line !== undefined, `closed after ${command} of ${name}`)
      assert.doesNotMatch(line, /cinderwalnut/)
      answers.push(neutral(line, attacker))
      if (line.startsWith(`${tag} `)) break
    }
    answers.push(`asked: ${asked.join(' ')}`)
  }
  return answers
}

function quote(name: string): string {
  return `"${name.replaceAll(/["\\]/g, '\\$&')}"`
}

function neutral(line: string, attacker: string): string {
  return line
    .replaceAll(attacker, 'ATTACKER')
    .replaceAll(/Secret|Absent/g, 'TARGET')
    .replaceAll(/(UIDVALIDITY|APPENDUID|COPYUID|MAILBOXID \()(\s*)\S+/g, '$1$2*')
}

function stateOf({ store, accountOf }: ImapUnderTest): Promise<unknown> {
  return store.mailboxes(accountOf('ann'))
}
