import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SmtpSender } from '../harness/crash/smtp-sender.ts'
import { ConnectionLost } from '../harness/crash/wire-client.ts'
import { startNameServer } from '../harness/name-server.ts'
import { administer, postgresqlMissing, startServer } from '../harness/postgresql.ts'
import { Random, seedOfRun } from '../harness/random.ts'
import { CountingSink } from '../harness/sending/counting-sink.ts'
import { eventually, Server } from '../harness/server.ts'

const messages = 240
const kills = 4
const destinations = 4
/** With the sink: all destinations have the same host, and so one pace. */
const sessions = 20
/** Less than a lease lasts (sending/limits.ts). */
const arrivalMs = 45_000

const promise = 'each message arrives, twice only where its answer was not written down'

test(`kill -9 while mail flows out, ${kills} times: ${promise}`, (context) => killed(context, 'sqlite:'))

test(`the same on PostgreSQL: a server that starts again does not wait for the leases of its last life`, {
  skip: postgresqlMissing ?? false,
}, async (context) => {
  const postgresql = await startServer()
  try {
    await administer(postgresql, 'CREATE DATABASE mail')
    await killed(context, postgresql.url('mail'))
  } finally {
    await postgresql.stop()
  }
})

async function killed(context: TestContext, database: string): Promise<void> {
  const random = new Random(seedOfRun())
  context.diagnostic(`seed ${random.seed}`)
  await using sink = await CountingSink.start()
  const names = Array.from({ length: destinations }, (_, n) => `d${n}.example`)
  const zone = Object.fromEntries(names.map((name) => [name, { MX: [[10, 'sink.example']] as const }]))
  await using dns = await startNameServer({ ...zone, 'sink.example': { A: ['127.0.0.1'] } })
  await using server = await Server.start({
    database,
    mailboxes: ['ann@a.example'],
    config: 'hostname = "mx.a.example"',
    tables: `[sending]\nport = ${sink.port}`,
    dns: [dns.address],
    settings: [
      `sending.sessions-per-destination=${sessions}`,
      'greeting.delay=0',
      'reverse-lookup=off',
      'greylisting=off',
      'spam-level=off',
      'sending.first-wait=1s',
    ],
  })
  for (const [n, name] of names.entries()) await server.posthorn(['forward', 'add', `f${n}@a.example`, '--to', `x@${name}`])
  sink.delayMs = 5
  let acknowledged = 0
  let inDoubt = 0
  let died = 0
  while (acknowledged < messages) {
    try {
      const smtp = await SmtpSender.connect(server.port('smtp'))
      for (; acknowledged < messages; acknowledged += 1) {
        // Its number stays the same until it is acknowledged: what was in doubt may come again, as with every sender.
        for (const line of ['MAIL FROM:<sam@sender.example>', ...names.map((_, n) => `RCPT TO:<f${n}@a.example>`)])
          assert.match(await smtp.say(`${line}\r\n`), /^250/)
        assert.match(await smtp.say('DATA\r\n'), /^354/)
        inDoubt += 1
        assert.match(await smtp.say(`From: sam@sender.example\r\nSubject: number ${acknowledged}\r\n\r\nhello\r\n.\r\n`), /^250/)
        inDoubt -= 1
        if (died < kills && acknowledged >= ((died + 1) * messages) / (kills + 1)) {
          died += 1
          await sleep(random.between(0, 60))
          await server.stop('SIGKILL')
          await server.start()
          acknowledged += 1
          break
        }
      }
      smtp.close()
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
    }
  }
  const expected = messages * destinations
  await eventually('everything arrives', async () => (sink.texts.size >= expected ? true : undefined), arrivalMs)
  const twice = [...sink.texts.values()].reduce((sum, times) => sum + times - 1, 0)
  context.diagnostic(`${expected} recipients, ${twice} of them twice, ${inDoubt} acknowledgements in doubt, ${sink.connections} connections`)
  assert.equal(sink.texts.size, expected)
  // Per kill at most one on each session.
  assert.ok(twice <= kills * sessions, `${twice} twice`)
  assert.deepEqual(server.complaints(), [])
}
