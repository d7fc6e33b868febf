import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { ImapSession } from '../harness/crash/imap-session.ts'
import { InboxAccount } from '../harness/crash/inbox-account.ts'
import { type Sent, sender, sendForEver, SmtpSender } from '../harness/crash/smtp-sender.ts'
import { makeMessage } from '../harness/crash/test-message.ts'
import { ConnectionLost, WireClient } from '../harness/crash/wire-client.ts'
import { makePostgresqlDatabase, withEachEngine } from '../harness/database.ts'
import { allGone, killOther, othersOf } from '../harness/processes.ts'
import { Random, seedOfRun } from '../harness/random.ts'
import { password, Server } from '../harness/server.ts'

const ann = 'ann@a.example'
const bob = 'bob@a.example'
/** So many connections that all of them in one process are next to impossible: the kernel throws a die for each. */
const many = 16

const options = {
  processes: 3,
  mailboxes: [ann, bob],
  addressSettings: ['greylisting=off'],
  settings: ['greeting.delay=0', 'plaintext-login=loopback', 'connection-limits=off', 'login-throttle=off'],
}

test('several processes: ready is said once; whoever idles hears of mail and flags, whichever process it came to', async (context) => {
  await using server = await Server.start(options)
  assert.deepEqual(
    server.output.split('\n').filter((line) => line === 'ready'),
    ['ready'],
  )
  assert.equal(server.output.match(/^listening imap /gm)?.length, 1)
  const random = new Random(1)
  const idlers = await Promise.all(Array.from({ length: many }, () => idle(server)))
  const delays: number[] = []
  for (let n = 1; n <= 8; n++) {
    using smtp = await SmtpSender.connect(server.port('smtp'))
    const startMs = performance.now()
    const sent: Sent = { message: makeMessage(`m${n}`, 2000), recipients: [ann], queueId: undefined, refusal: undefined }
    await smtp.send(sent, 'pipelined', random)
    assert.ok(sent.queueId, sent.refusal)
    await Promise.all(idlers.map((client) => until(client, `* ${n} EXISTS`)))
    delays.push(performance.now() - startMs)
  }
  for (let n = 1; n <= 8; n++) {
    using session = await ImapSession.open(server.port('imap'), ann)
    await session.select('INBOX')
    const startMs = performance.now()
    await session.ok(`STORE ${n} +FLAGS.SILENT (\\Flagged)`)
    await Promise.all(idlers.map((client) => until(client, `* ${n} FETCH`)))
    delays.push(performance.now() - startMs)
  }
  delays.sort((a, b) => a - b)
  context.diagnostic(`all ${many} had heard after ${delays.map((ms) => ms.toFixed(0)).join(' ')} ms`)
  // SPEC's 100 ms, on a machine that has more to do than this.
  assert.ok((delays[delays.length >> 1] ?? Infinity) < 100, `half of them took longer than 100 ms: ${delays.join(' ')}`)
  for (const client of idlers) client.close()
  assert.deepEqual(
    server.complaints().filter(({ event }) => event !== 'a protection is switched off'),
    [],
  )
})

test('several processes: what is counted is counted once', async () => {
  await using server = await Server.start({
    ...options,
    settings: [
      'greeting.delay=0',
      'plaintext-login=loopback',
      'connection-limits.access-concurrent=4',
      'connection-limits.unknown-recipients=6',
      'greylisting.delay=1s',
    ],
  })
  const clients = await Promise.all(Array.from({ length: many }, () => WireClient.connect(server.port('imap'))))
  const greetings = await Promise.all(clients.map((client) => client.line()))
  assert.equal(greetings.filter((line) => line.startsWith('* OK')).length, 4, greetings.join('\n'))
  for (const client of clients) client.close()

  await server.posthorn(['setting', 'set', 'connection-limits.access-concurrent=100'])
  const startMs = performance.now()
  for (let guess = 0; guess < 8; guess++) {
    const client = await WireClient.connect(server.port('imap'))
    await client.line()
    client.write(`a LOGIN ${ann} wrong\r\n`)
    assert.match(await client.line(), /^a NO /)
    client.close()
  }
  // Five are free for a host; in three processes that count apart, all eight would be.
  assert.ok(performance.now() - startMs > 3_000, 'wrong passwords cost time')

  await server.posthorn(['address', 'set', bob, 'greylisting=on'])
  const toBob = async () => {
    using smtp = await SmtpSender.connect(server.port('smtp'))
    await smtp.say(`MAIL FROM:<${sender}>\r\n`)
    return await smtp.say(`RCPT TO:<${bob}>\r\n`)
  }
  assert.match(await toBob(), /^450 /)
  await sleep(2_100)
  assert.match(await toBob(), /^250 /)
  for (let n = 0; n < 8; n++) assert.match(await toBob(), /^250 /)

  const unknown: string[] = []
  for (let n = 0; n < 9; n++) {
    using smtp = await SmtpSender.connect(server.port('smtp')).catch(() => undefined)
    if (smtp === undefined) continue
    await smtp.say(`MAIL FROM:<${sender}>\r\n`).catch(() => '')
    unknown.push((await smtp.say(`RCPT TO:<nobody${n}@a.example>\r\n`).catch(() => 'closed')).slice(0, 3))
  }
  assert.equal(unknown.filter((code) => code === '550').length, 6, unknown.join(' '))
  const journal = (await server.json(['journal', '--since', '1h'])) as { recipient?: string }[]
  for (let n = 0; n < 6; n++) assert.ok(JSON.stringify(journal).includes(`nobody${n}@a.example`), `the refusal of nobody${n} is in the journal at once`)
})

test('several processes: what the command line changes holds in all of them when it returns', async () => {
  await using server = await Server.start(options)
  const logins = async (secret: string) =>
    await Promise.all(
      Array.from({ length: many }, async () => {
        const client = await WireClient.connect(server.port('imap'))
        await client.line()
        client.write(`a LOGIN ${ann} "${secret}"\r\n`)
        const answer = await client.line()
        client.close()
        return answer.slice(0, 4).trim()
      }),
    )
  assert.deepEqual(new Set(await logins(password)), new Set(['a OK']))
  const idlers = await Promise.all(Array.from({ length: many }, () => idle(server)))
  await server.posthorn(['mailbox', 'password', ann, '--password-stdin'], 'another horse battery staple\n')
  // What stands on the old one ends, wherever it is.
  await Promise.all(idlers.map((client) => until(client, '* BYE')))
  assert.deepEqual(new Set(await logins(password)), new Set(['a NO']))
  assert.deepEqual(new Set(await logins('another horse battery staple')), new Set(['a OK']))
  for (const client of idlers) client.close()
  await server.posthorn(['setting', 'set', 'plaintext-login=never'])
  const greetings = await Promise.all(
    Array.from({ length: many }, async () => {
      const client = await WireClient.connect(server.port('imap'))
      const line = await client.line()
      client.close()
      return line
    }),
  )
  for (const line of greetings) assert.match(line, /LOGINDISABLED/)
})

test('several processes: a TLS session is resumed in whichever it comes to', async () => {
  await using server = await Server.start(options)
  const connect = (session?: Buffer) => connectTls({ host: '127.0.0.1', port: server.port('imaps'), rejectUnauthorized: false, ...(session && { session }) })
  const first = connect()
  const [session] = (await once(first, 'session')) as [Buffer]
  first.destroy()
  for (let n = 0; n < many; n++) {
    const again = connect(session)
    await once(again, 'secureConnect')
    assert.ok(again.isSessionReused())
    again.destroy()
  }
})

test('several processes: one that is killed takes its own connections with it, and is replaced; the first one takes all', async () => {
  const port = await freePort()
  await using server = await Server.start({ ...options, smtp: `127.0.0.1:${port}` })
  await using other = await Server.prepare({ ...options, smtp: `127.0.0.1:${port}` })
  await assert.rejects(other.start(), /another program does already/, 'another installation gets no share of the port')

  const sessions = await Promise.all(Array.from({ length: many }, () => ImapSession.open(server.port('imap'), ann)))
  await killOther(server, 2)
  const alive = await Promise.all(
    sessions.map((session) =>
      session.ok('NOOP').then(
        () => true,
        (error: unknown) => (assert.ok(error instanceof ConnectionLost), false),
      ),
    ),
  )
  assert.ok(alive.includes(true) && alive.includes(false), `of ${many} sessions some lived on and some did not: ${alive.join(' ')}`)
  const again = await Promise.all(Array.from({ length: many }, () => ImapSession.open(server.port('imap'), ann)))
  for (const session of [...again, ...sessions.filter((_, index) => alive[index])]) await session.ok('NOOP')

  const pids = [...othersOf(server).values()]
  await server.stop('SIGKILL')
  await allGone(pids, 5_000)
  // What the dead have left of the port is gone, too.
  await server.start()
  for (const session of [...again, ...sessions]) session.close()
  using session = await ImapSession.open(server.port('imap'), ann)
  await session.select('INBOX')
  const now = [...othersOf(server).values()]
  assert.equal(await server.stop(), 0)
  await allGone(now, 0)
})

withEachEngine((engine) => {
  test(`several processes: what was acknowledged is there once, byte for byte, whichever of them is killed under load (${engine})`, async (context) => {
    const rounds = Number(process.env['POSTHORN_TEST_ROUNDS'] ?? (engine === 'sqlite' ? 12 : 4))
    const random = new Random(seedOfRun())
    context.diagnostic(`seed ${random.seed}`)
    const database = engine === 'postgresql' ? await makePostgresqlDatabase() : undefined
    context.after(() => database?.drop())
    // Rounds are short: the first message after a start waits for the thread that judges it, in each process.
    const addressSettings = [...options.addressSettings, 'spam-level=off']
    const settings = [...options.settings, 'dmarc=score']
    await using server = await Server.start({ ...options, settings, addressSettings, ...(database !== undefined && { database: database.url }) })
    const accounts = [ann, bob].map((name) => new InboxAccount(name, new Random(random.between(0, 2 ** 31))))
    const sent: Sent[] = []
    let counted = 0
    const check = async (everything: boolean) => {
      for (const one of sent.slice(counted)) for (const account of accounts) if (one.recipients.includes(account.name)) account.expect(one)
      counted = sent.length
      for (const account of accounts) {
        using session = await ImapSession.open(server.port('imap'), account.name)
        await account.check(session, everything)
      }
    }
    for (let round = 1; round <= rounds; round++) {
      try {
        const sessions = await Promise.all(accounts.map((account) => ImapSession.open(server.port('imap'), account.name)))
        const work: Promise<unknown>[] = accounts.map((account, index) => account.work(sessions[index] as ImapSession))
        const recipients = [ann, bob]
        for (let n = 0; n < 6; n++)
          work.push(sendForEver(server.port('smtp'), new Random(random.between(0, 2 ** 31)), { name: `r${round}-${n}`, recipients, sent }))
        const ends = work.map((one) => one.catch((error: unknown) => (error instanceof ConnectionLost ? undefined : error)))
        await sleep(random.between(50, 400))
        const victim = random.between(1, 3)
        if (victim !== 1) {
          await killOther(server, victim)
          await sleep(random.between(0, 100))
        }
        // The rest of the load is ended with the first process, from time to time by its drain.
        const gentle = victim !== 1 && random.chance(0.3)
        const code = await server.stop(gentle ? 'SIGTERM' : 'SIGKILL')
        if (gentle) assert.equal(code, 0)
        const faults = (await Promise.all(ends)).filter((fault) => fault !== undefined && !(fault instanceof Error && /BYE|421/.test(fault.message)))
        for (const session of sessions) session.close()
        assert.deepEqual(faults, [])
        await server.start()
        await check(round === rounds)
      } catch (error) {
        throw new Error(`round ${round} of seed ${random.seed}\n${server.said()}`, { cause: error })
      }
    }
    const { code, stdout, stderr } = await server.run(['verify'])
    assert.equal(code, 0, `${stdout}${stderr}`)
    const accepted = sent.filter(({ queueId }) => queueId !== undefined).length
    context.diagnostic(
      `${rounds} rounds: ${accepted} of ${sent.length} messages accepted, ${accounts.reduce((sum, { done }) => sum + done, 0)} IMAP changes acknowledged`,
    )
    assert.ok(accepted > rounds * 5, 'the load was none')
  })
})

async function idle(server: Server): Promise<WireClient> {
  const client = await WireClient.connect(server.port('imap'))
  await client.line()
  client.write(`a LOGIN ${ann} "${password}"\r\nb SELECT INBOX\r\nc IDLE\r\n`)
  await until(client, '+')
  return client
}

async function until(client: WireClient, start: string): Promise<void> {
  while (!(await client.line()).startsWith(start));
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
