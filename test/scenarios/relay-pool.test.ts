import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silent } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/clock.ts'
import { setSettings } from '../../src/directory/change/settings.ts'
import { Directory } from '../../src/directory/directory.ts'
import { directoryMigrations } from '../../src/directory/schema.ts'
import { Resolver } from '../../src/dns/resolver.ts'
import { addRelay } from '../../src/relay/change/relays.ts'
import { CheckSchedule } from '../../src/relay/check-schedule.ts'
import { ListingCheck } from '../../src/relay/listing-check.ts'
import { readBlocklists } from '../../src/relay/lists/blocklists.ts'
import { ListedAnswers } from '../../src/relay/lists/listed-answers.ts'
import { RelayPool } from '../../src/relay/pool.ts'
import { caseHistory, relayDays } from '../../src/relay/query/history.ts'
import { relayMigrations } from '../../src/relay/schema.ts'
import { timeouts } from '../../src/smtp/client/limits.ts'
import { openTestSqlite } from '../harness/database.ts'
import { startNameServer, type Zone } from '../harness/name-server.ts'
import { ListingSink } from '../harness/sending/listing-sink.ts'
import { startSending } from '../harness/sending/start-sending.ts'
import { eventually } from '../harness/server.ts'

const [a, b, c] = ['127.0.0.11', '127.0.0.12', '127.0.0.13']
const domains = ['b.example', 'c.example', 'd.example']

test('a blocklist changes while mail flows over three addresses: none is lost, none comes twice, and the pool heals itself (SPEC D2, D3)', async (t) => {
  const modules = ['directory', 'relay'].map((part) => import.meta.resolve(`../../src/${part}/catalogue.ts`))
  const { database } = await openTestSqlite(t, { migrations: [...directoryMigrations, ...relayMigrations], modules })
  const directory = await Directory.open({ database, clock: systemClock, log: silent })
  t.after(() => directory.close())
  const listing: Zone = { '2.0.0.127.bl.example': { A: ['127.0.0.2'] } }
  await using names = await startNameServer(listing)
  names.negativeTtl = 0
  const resolver = new Resolver({ clock: systemClock, servers: [names.address] })
  t.after(() => resolver.close())
  const parts = { directory, database, clock: systemClock, log: silent }
  await directory.change(setSettings, 'test', { values: { 'relay.check-every': '1s', 'relay.pause': '1s' } })
  for (const [name, ip] of Object.entries({ a, b, c })) {
    const warmUp = { firstDay: 100_000, growth: 2, days: 3 }
    const way = { kind: 'ip', ip, helloName: `${name}.example` } as const
    await directory.change(addRelay, 'test', { name, way, password: undefined, weight: 1, classes: ['paid'], warmUp })
  }
  const lists = {
    blocklists: readBlocklists([{ file: 'x', text: 'blocklist bl.example 9' }]),
    answers: new ListedAnswers([{ file: 'x', text: 'answer BL\n  at bl.example\n  says "bl.example"' }]),
  }
  const check = new ListingCheck({ ...parts, resolver })
  const pool = await RelayPool.open({ ...parts, check, lists: () => lists, helloName: 'mx.a.example' })
  const schedule = new CheckSchedule({ ...parts, pool, check, lists: () => lists })
  t.after(async () => {
    await schedule.stop()
    await pool.close()
  })
  await using sink = new ListingSink()
  const port = await sink.start()
  const zone = Object.fromEntries(domains.map((domain) => [domain, { MX: [[10, 'mx.sink.example']] as const }]))
  await using sending = await startSending(port, { ...zone, 'mx.sink.example': { A: ['127.0.0.1'] } }, { routes: pool, clock: systemClock, timeouts })

  let sent = 0
  const send = async (messages: number) => {
    for (let at = 0; at < messages; at++, sent++) {
      sending.queue.add([`u${sent}@${domains[sent % 3]}`], { text: `Subject: ${sent}\r\n\r\nhello\r\n`, acceptedAtMs: Date.now() })
      if (at % 5 === 0) await sleep(5)
    }
  }
  const arrived = async () => {
    await eventually('all mail is there', async () => (sending.queue.left.length === 0 ? true : undefined), 60_000)
  }
  const states = () => Object.fromEntries(pool.candidates(Date.now()).map(({ relay, standing }) => [relay.name, standing.state]))
  const becomes = (name: string, state: string) => eventually(`${name} is ${state}`, async () => (states()[name] === state ? true : undefined))
  const from = (ip: string) => sink.takenFrom.get(ip) ?? 0
  const asked = (ip: string) => names.questions.filter((question) => question === `A ${ip.split('.').reverse().join('.')}.bl.example`).length

  await send(60)
  await arrived()
  assert.ok(from(a) > 0 && from(b) > 0 && from(c) > 0, 'all carry mail')

  // By the schedule: the first question whose answer says so is enough.
  const before = asked(a)
  names.zone = { ...listing, '11.0.0.127.bl.example': { A: ['127.0.0.2'], TXT: ['see https://bl.example'], ttl: 0 } }
  const flowing = send(100)
  await becomes('a', 'withdrawn')
  assert.ok(asked(a) - before <= 3, `asked ${asked(a) - before} times`)
  await flowing
  await arrived()
  const carriedByA = from(a)
  await send(60)
  await arrived()
  assert.equal(from(a), carriedByA, 'what is listed carries nothing')

  // By one answer, long before the next question.
  await directory.change(setSettings, 'test', { values: { 'relay.check-every': '1h' } })
  sink.listed.set(b, '550 5.7.1 Service unavailable; Client host [{ip}] blocked using bl.example')
  names.zone = { ...names.zone, '12.0.0.127.bl.example': { A: ['127.0.0.2'], ttl: 0 } }
  await send(60)
  await becomes('b', 'withdrawn')
  await arrived()
  const refused = sink.refusedFrom.get(b) ?? 0
  // One on each session that was there: what waited for its turn on them was sent another way.
  assert.ok(refused > 0 && refused <= domains.length * 4, `refused ${refused} times`)
  await send(60)
  await arrived()
  assert.equal(sink.refusedFrom.get(b), refused, 'nothing is tried any more')
  await pool.settled()
  const cases = await database.query(caseHistory, { subject: undefined, sinceMs: 0 })
  assert.deepEqual(
    cases.map(({ subject, kind, list }) => [subject, kind, list]),
    [
      [a, 'list', 'bl.example'],
      [b, 'list', 'bl.example'],
    ],
  )

  // Gone from the list: a pause, then back, warming up.
  const carriedBefore = from(a)
  await directory.change(setSettings, 'test', { values: { 'relay.check-every': '1s', 'relay.pause': '2s' } })
  names.zone = listing
  sink.listed.clear()
  await becomes('a', 'pausing')
  await send(30)
  assert.equal(from(a), carriedBefore)
  await becomes('a', 'warming')
  await becomes('b', 'warming')
  await send(90)
  await arrived()
  assert.ok(from(a) > carriedBefore, 'it carries mail again')

  assert.deepEqual(
    sink.taken.map(Number).toSorted((x, y) => x - y),
    Array.from({ length: sent }, (_, at) => at),
    'each message once',
  )
  await pool.settled()
  const days = await database.query(relayDays, { subject: b, sinceDay: 0 })
  assert.equal(
    days.reduce((sum, { delivered }) => sum + delivered, 0),
    from(b),
  )
  assert.equal(
    days.reduce((sum, { listed }) => sum + listed, 0),
    refused,
  )
})
