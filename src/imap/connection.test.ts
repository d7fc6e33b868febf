import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ContentFull } from '../content/content.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import { startImap } from '../../test/harness/imap.ts'

test('commands, states and lines', async (t) => {
  const server = await startImap(t)

  await t.test('what is announced changes with TLS and sign-in (RFC 9051 6.1.1)', async () => {
    const client = await server.connect()
    await client.play(`
      C: a CAPABILITY
      S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID STARTTLS AUTH=PLAIN AUTH=LOGIN
      S: a OK CAPABILITY completed
      C: b STARTTLS
      S: b OK begin TLS now
      T:
      C: c CAPABILITY
      S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID AUTH=PLAIN AUTH=LOGIN
      S: c OK CAPABILITY completed
      C: d STARTTLS
      S: d BAD TLS is not available here, or on already
      C: e LOGIN capability secret
      S: e OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ ID ENABLE IDLE * APPENDLIMIT=104857600] signed in
      C: f CAPABILITY x
      S: f BAD *
    `)
  })

  await t.test('nothing that came before the handshake survives it (CVE-2011-0411)', async () => {
    const client = await server.connect()
    await client.play(`
      C> a STARTTLS\\r\\nb LOGIN capability secret\\r\\n
      S: a OK begin TLS now
      T:
      C: c SELECT INBOX
      S: c BAD SELECT is not allowed before sign-in
    `)
  })

  await t.test('commands are for their states', async () => {
    const client = await server.connect()
    await client.play(`
      C: a SELECT INBOX
      S: a BAD SELECT is not allowed before sign-in
      C: b FETCH 1 FLAGS
      S: b BAD FETCH is not allowed before sign-in
      C: c LOGIN states secret
      S: c OK *
      C: d FETCH 1 FLAGS
      S: d BAD FETCH is not allowed without a selected mailbox
      C: e LOGIN states secret
      S: e BAD LOGIN is not allowed after sign-in
      C: f LOGOUT
      S: * BYE *
      S: f OK LOGOUT completed
      S: <closed>
    `)
  })

  await t.test('what is no command gets BAD, with its tag where there is one', async () => {
    const client = await server.as('bad')
    await client.play(`
      C: a
      S: a BAD expected a space at octet 2
      C: (
      S: \\* BAD expected a tag at octet 1
      C:
      S: \\* BAD *
      C: + NOOP
      S: \\* BAD *
      C: a FOO
      S: a BAD no command is called FOO
      C: a UID
      S: a BAD *
      C: a UID NOOP
      S: a BAD no command is called UID NOOP
      C:  a NOOP
      S: \\* BAD *
      C: a  NOOP
      S: a BAD *
      C: a NOOP x
      S: a BAD expected the end of the command at octet *
      C: a NOOP {3}
      S: + go ahead
      C: abc
      S: a BAD *
      C: a noop
      S: a OK NOOP completed
    `)
  })

  await t.test('a bad literal is read to its end, and never taken for commands', async () => {
    const client = await server.as('literals')
    await client.play(`
      C> a FOO {15+}\\r\\nx LOGOUT\\r\\ny \\r\\n z {2+}\\r\\nab c\\r\\n
      S: a BAD no command is called FOO
      C> b NOOP {10+}\\r\\nx LOGOUT\\r\\n\\r\\n
      S: b BAD *
      C: c SELECT {65537}
      S: c BAD a literal here has at most 65536 octets
      C: d SELECT ~{3}
      S: d BAD a binary literal is not allowed here
      C> e SELECT {5}\\r\\n
      S: + go ahead
      C> INBOX\\r\\n
      S: ...
      S: e OK [READ-WRITE] SELECT completed
      C> f LIST {0+}\\r\\n {5+}\\r\\nINBOX\\r\\n
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: f OK LIST completed
    `)
  })

  await t.test('a literal that is too long to be thrown away ends the connection (RFC 7888 4)', async () => {
    const client = await server.as('toolong')
    await client.play(`
      C: a SELECT {104857601+}
      S: \\* BYE [TOOBIG] *
      S: <closed>
    `)
    const early = await server.connect()
    await early.play(`
      C: a LOGIN {4097+}
      S: \\* BYE [TOOBIG] *
      S: <closed>
    `)
  })

  await t.test('a line that is no line ends the connection: a literal could follow', async () => {
    for (const [octets, words] of [
      ['a NOOP\\n', '[CLIENTBUG] lines end with CR LF'],
      ['a NO\\rOP\\r\\n', '[CLIENTBUG] lines end with CR LF'],
      [`a ${'x'.repeat(70_000)}`, '[TOOBIG] line too long'],
    ]) {
      const client = await server.connect()
      await client.play(`C> ${octets}\nC> \\r\\n\nS: \\* BYE ${words}\nS: <closed>`)
    }
  })

  await t.test('pipelined commands are answered in order', async () => {
    const client = await server.as('pipeline')
    await client.play(`
      C: a CREATE x
      C: b SELECT x
      C: c STATUS x (MESSAGES)
      C: d DELETE x
      C: e NOOP
      S: a OK *
      S: ...
      S: b OK *
      S: * STATUS "x" (MESSAGES 0)
      S: c OK *
      S: d OK *
      S: e OK *
    `)
    const many = Array.from({ length: 300 }, (_, i) => `C: t${i} NOOP`).join('\n')
    await client.play(`${many}\nS: ...\nS: t299 OK NOOP completed`)
  })

  await t.test('ID and NAMESPACE, ENABLE', async () => {
    const client = await server.as('id')
    await client.play(`
      C: a ID ("name" "x" "version" NIL)
      S: * ID ("name" "Posthorn" "version" "1.2.3")
      S: a OK ID completed
      C: b ID NIL
      S: * ID *
      S: b OK *
      C: c ID ("name")
      S: c BAD *
      C: d ID x
      S: d BAD *
      C: e ID ()
      S: * ID *
      S: e OK *
      C: f NAMESPACE
      S: * NAMESPACE (("" "/")) (("Other Users/" "/")) NIL
      S: f OK NAMESPACE completed
      C: g ENABLE X-FOO idle
      S: * ENABLED
      S: g OK ENABLE completed
      # Each is named once, when it is new (RFC 5161 3.2)
      C: g1 ENABLE qresync CONDSTORE QRESYNC
      S: * ENABLED QRESYNC
      S: g1 OK ENABLE completed
      C: g2 ENABLE CONDSTORE
      S: * ENABLED
      S: g2 OK ENABLE completed
      C: h ENABLE
      S: h BAD *
    `)
  })

  assert.deepEqual(server.errors, [])
})

test('limits of a connection', async (t) => {
  const server = await startImap(t, { limits: { badCommands: 3, failedSignIns: 2, signInMs: 300, idleMs: 400 } })

  await t.test('bad commands in a row', async () => {
    const client = await server.as('bad')
    await client.play(`
      C: a FOO
      S: a BAD *
      C: b FOO
      S: b BAD *
      C: c NOOP
      S: c OK *
      C: d FOO
      S: d BAD *
      C: e FOO
      S: e BAD *
      C: f FOO
      S: f BAD *
      S: \\* BYE [CLIENTBUG] too many bad commands
      S: <closed>
    `)
  })

  await t.test('failed sign-ins', async () => {
    const client = await server.connect()
    await client.play(`
      C: a LOGIN x wrong
      S: a NO [AUTHENTICATIONFAILED] sign-in failed
      C: b LOGIN x wrong
      S: b NO [AUTHENTICATIONFAILED] sign-in failed
      S: \\* BYE too many failed sign-ins
      S: <closed>
    `)
  })

  await t.test('time to sign in, and time without a command', async () => {
    const silent = await server.connect()
    await silent.play('S: \\* BYE too slow to sign in\nS: <closed>')
    const idle = await server.as('idle')
    await idle.play('C: a IDLE\nS: + idling\nS: \\* BYE idle for too long\nS: <closed>')
  })
})

test('a server that stops says BYE between commands, and lets a command end', async (t) => {
  let resume = (): void => {}
  const held = new Promise<void>((resolve) => (resume = resolve))
  const server = await startImap(t, {
    before: (method) => (method === 'subscriptions' ? held : undefined),
  })
  const waiting = await server.as('waiting')
  const idle = await server.as('idle')
  await idle.play('C: a IDLE\nS: + idling')
  const busy = await server.as('busy')
  await busy.play('C: a LSUB "" *')
  await sleep(50)
  const closed = server.listener.close(5_000)
  await waiting.play('S: \\* BYE server is going down for maintenance\nS: <closed>')
  await idle.play('S: \\* BYE server is going down for maintenance\nS: <closed>')
  resume()
  await busy.play('S: a OK LSUB completed\nS: \\* BYE server is going down for maintenance\nS: <closed>')
  await closed
})

test('faults of ours are NO, once, and only for whom they concern', async (t) => {
  let fault: Error | undefined
  const failing = new Set(['mailbox', 'append'])
  const server = await startImap(t, {
    before(method) {
      if (fault !== undefined && failing.has(method)) throw fault
    },
  })
  const client = await server.as('ann')
  fault = new DatabaseUnavailable('locked')
  await client.play('C: a SELECT INBOX\nS: a NO [UNAVAILABLE] temporary failure, try again later')
  fault = new ContentFull('disk full')
  await client.play('C> b APPEND INBOX {6+}\\r\\na: b\\r\\n\\r\\n\nS: b NO [UNAVAILABLE] temporary failure, try again later')
  assert.deepEqual(server.errors, [])
  fault = new TypeError('a defect')
  await client.play('C: c STATUS INBOX (MESSAGES)\nS: c NO [SERVERBUG] internal error, try again later')
  assert.equal(server.errors.length, 1)
  fault = undefined
  await client.play('C: d STATUS INBOX (MESSAGES)\nS: * STATUS "INBOX" (MESSAGES 0)\nS: d OK *')
})

test('a literal that nobody wants buys no time to sign in', { timeout: 10_000 }, async (t) => {
  const server = await startImap(t, { limits: { signInMs: 300, idleMs: 60_000 } })
  const client = await server.connect()
  await client.play(`
    C> a FOO {2+}\\r\\nx
    S: \\* BYE too slow to sign in
    S: <closed>
  `)
})
