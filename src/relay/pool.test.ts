import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import type { Zone } from '../../test/harness/name-server.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import type { DirectoryChange } from '../directory/change/change.ts'
import { Directory } from '../directory/directory.ts'
import { directoryMigrations } from '../directory/schema.ts'
import { noteApplication } from './change/cases.ts'
import { takeLease } from './change/counts.ts'
import { addRelay, type RelayWanted, removeRelay, returnRelay, setRelay, withdrawRelay } from './change/relays.ts'
import { ListingCheck } from './listing-check.ts'
import { readBlocklists } from './lists/blocklists.ts'
import { ListedAnswers } from './lists/listed-answers.ts'
import { RelayPool } from './pool.ts'
import { caseHistory, relayDays } from './query/history.ts'
import { relaySnapshot } from './query/snapshot.ts'
import { noWarmUp } from './query/stored.ts'
import { usualWarmUp } from './relay.ts'
import { relayMigrations } from './schema.ts'

const modules = ['../directory/catalogue.ts', './catalogue.ts'].map((module) => import.meta.resolve(module))
const hour = 3_600_000
const day = 24 * hour
const startMs = 1_800_000_000_000 - (1_800_000_000_000 % day)

const relay = (name: string, ip: string, more: Partial<RelayWanted> = {}): RelayWanted => ({
  ...{ name, way: { kind: 'ip', ip, helloName: `${name}.example` }, password: undefined, weight: 1 },
  ...{ classes: ['paid', 'trial', 'forwarded', 'bulk'], warmUp: noWarmUp, ...more },
})
const said = (text: string) => ({ code: 550, enhanced: '5.7.1', lines: [text] })
const toB = { destination: 'b.example', host: 'mx1.b.example' }
const toC = { destination: 'c.example', host: 'mx.c.example' }
const none = { delivered: 0, deferred: 0, failed: 0, listed: 0 }

async function start(context: TestContext, open: OpenDatabase) {
  const database = await open(context, { migrations: [...directoryMigrations, ...relayMigrations], modules })
  const clock = { nowMs: startMs, now: () => clock.nowMs }
  const logged: string[] = []
  const log = (event: string, fields: Readonly<Record<string, unknown>> = {}) => void logged.push(JSON.stringify({ event, ...fields }))
  const directory = await Directory.open({ database, clock, log: { debug: log, info: log, warn: log, error: log } })
  const parts = { directory, database, clock, log: { debug: log, info: log, warn: log, error: log } }
  const zone: Record<string, Zone[string]> = { '2.0.0.127.bl.example': { A: ['127.0.0.2'] } }
  const lists = {
    blocklists: readBlocklists([
      {
        file: 'x',
        text: 'blocklist bl.example 9\n  apply https://bl.example/{ip}\n  code 127.0.0.2 sent spam\nblocklist shown.example 0\nblocklist dead.example 3',
      },
    ]),
    answers: new ListedAnswers([
      { file: 'x', text: 'answer BL\n  at bl.example\n  says "bl.example"\nanswer ANY\n  apply https://ask.example/\n  says "block list"' },
    ]),
  }
  const check = new ListingCheck({ ...parts, resolver: zoneDns(zone) })
  const pool = await RelayPool.open({ ...parts, check, lists: () => lists, helloName: 'mx.example', random: () => 0 })
  context.after(async () => {
    await pool.close()
    directory.close()
  })
  const make = async <A, R>(change: DirectoryChange<A, R>, args: A): Promise<R> => {
    const changed = await directory.change(change, 'test', args)
    assert.equal(changed.refused, undefined)
    await pool.refresh()
    return changed.done
  }
  return {
    ...{ pool, make, clock, database, directory, zone, logged },
    /** Name of the relay, or for how long to wait. */
    route(more: { class?: 'paid' | 'bulk'; listed?: string[]; recipients?: number; acceptedAtMs?: number } = {}) {
      const { class: relayClass = 'paid', listed = [], recipients = 1, acceptedAtMs = clock.nowMs } = more
      const found = pool.route({ class: relayClass, recipients, acceptedAtMs, listedRelays: new Set(listed) })
      return 'relay' in found ? found.relay : found.againAtMs - clock.nowMs
    },
    hear: (name: string, text: string, from = toB) => pool.heard(name, said(text), from, { class: 'paid', listedRelays: new Set() }),
    async askAll(ip: string) {
      const asked = await check.askAll(ip, lists.blocklists.values(), pool.openCases(ip))
      await pool.refresh()
      return asked.map(({ zone: name, result }) => `${name} ${result}`)
    },
    states: () => pool.candidates(clock.nowMs).map(({ relay: { name }, standing }) => `${name} ${standing.state}`),
  }
}

withEachEngine((_engine, open) => {
  test('with no relay set up, mail leaves by the address that the machine chooses', async (t) => {
    const { pool, route, hear } = await start(t, open)
    const way = pool.route({ class: 'bulk', recipients: 1, acceptedAtMs: startMs, listedRelays: new Set() })
    assert.deepEqual(way, { relay: 'default', localIp: undefined, helloName: 'mx.example' })
    assert.deepEqual(hear('default', 'you are on our block list'), { listed: true, another: false })
    assert.equal(route(), 'default', 'there is no other')
    await pool.settled()
    assert.deepEqual(
      pool.openCases().map(({ subject, list }) => [subject, list]),
      [['default', 'b.example']],
    )
  })

  test('an answer that says "listed" takes the relay out at once; a host’s word that no list confirms ends by itself, with warm-up', async (t) => {
    const { pool, make, route, hear, states, clock, database } = await start(t, open)
    await make(addRelay, relay('a', '127.0.0.8', { warmUp: usualWarmUp }))
    await make(addRelay, relay('b', '127.0.0.9', { weight: 0 }))
    clock.nowMs += 20 * day
    assert.equal(route(), 'a')
    assert.deepEqual(pool.heard('a', said('user unknown'), toB, { class: 'paid', listedRelays: new Set() }), { listed: false })
    assert.deepEqual(hear('a', 'you are on our block list'), { listed: true, another: true })
    assert.equal(route(), 'b', 'before the database knows')
    const stands = (name: string, listed: string[] = []) => pool.stands(name, { class: 'paid', listedRelays: new Set(listed) })
    assert.deepEqual([stands('a'), stands('b'), stands('a', ['b'])], [false, true, true], 'what waits for its turn goes another way, where there is one')
    await pool.settled()
    assert.deepEqual(states(), ['a withdrawn', 'b in'])
    const [found] = await database.query(caseHistory, { subject: '127.0.0.8', sinceMs: 0 })
    assert.deepEqual(
      [found?.kind, found?.list, found?.reason, found?.apply, found?.goneAtMs],
      ['host', 'b.example', '550 5.7.1 you are on our block list', 'https://ask.example/', undefined],
    )
    clock.nowMs += 6 * hour
    assert.ok(found)
    await pool.endHostCase(found)
    await pool.refresh()
    assert.deepEqual(pool.candidates(clock.nowMs)[0]?.standing, { state: 'warming', today: 50, day: 1 })
  })

  test('one organisation’s word takes out one relay; a good delivery there ends it', async (t) => {
    const { pool, make, route, hear, states } = await start(t, open)
    await make(addRelay, relay('a', '127.0.0.8'))
    await make(addRelay, relay('b', '127.0.0.9'))
    hear('a', 'on our block list')
    hear('b', 'on our block list', { destination: 'x.example', host: 'mx2.b.example' })
    await pool.settled()
    assert.deepEqual(states(), ['a withdrawn', 'b in'])
    assert.equal(pool.openCases().length, 2)
    assert.equal(route({ listed: ['a', 'b'] }), 'b')
    hear('b', 'on our block list', toC)
    await pool.settled()
    assert.deepEqual(states(), ['a withdrawn', 'b withdrawn'])
    pool.carried('b', toC, { ...none, delivered: 1 })
    pool.carried('b', toB, { ...none, deferred: 1 })
    await pool.settled()
    assert.deepEqual(
      pool.openCases('127.0.0.9').map(({ list }) => list),
      ['b.example'],
    )
  })

  test('all are listed: the least bad one, and an alarm', async (t) => {
    const { pool, make, route, hear, zone, askAll, logged } = await start(t, open)
    await make(addRelay, relay('a', '127.0.0.8'))
    await make(addRelay, relay('b', '127.0.0.9'))
    zone['8.0.0.127.bl.example'] = { A: ['127.0.0.2'], TXT: ['see https://bl.example/why'] }
    assert.deepEqual(await askAll('127.0.0.8'), ['bl.example listed', 'shown.example clean', 'dead.example clean'])
    hear('b', 'block list')
    assert.equal(route(), 'b')
    await pool.settled()
    assert.equal(logged.filter((line) => line.includes('all relays are listed')).length, 1)
    await make(withdrawRelay, { name: 'b', why: 'moved' })
    assert.equal(route(), 'a')
    await make(withdrawRelay, { name: 'a', why: 'moved' })
    assert.equal(route(), 300_000, 'nobody may: later')
  })

  test('listed at a blocklist: a case; gone: a pause; then back. A failure to answer changes nothing', async (t) => {
    const { make, zone, askAll, states, clock, pool, database, route } = await start(t, open)
    await make(addRelay, relay('a', '127.0.0.8', { warmUp: { firstDay: 10, growth: 2, days: 2 } }))
    await make(addRelay, relay('b', '127.0.0.9'))
    const name = '8.0.0.127.bl.example'
    zone[name] = { fault: 'servfail' }
    await askAll('127.0.0.8')
    zone[name] = { A: ['127.255.255.254'] }
    await askAll('127.0.0.8')
    assert.deepEqual(states(), ['a warming', 'b in'])
    const { troubles } = await database.query(relaySnapshot, { nowMs: clock.nowMs })
    assert.deepEqual(troubles, [{ zone: 'bl.example', sinceMs: clock.nowMs, why: 'the list does not answer us' }])
    zone[name] = { A: ['127.0.0.2'], TXT: ['see https://bl.example/why'] }
    zone['9.0.0.127.dead.example'] = { A: ['127.0.0.2'] }
    zone['9.0.0.127.shown.example'] = { A: ['127.0.0.2'] }
    zone['2.0.0.127.shown.example'] = { A: ['127.0.0.2'] }
    await askAll('127.0.0.8')
    assert.deepEqual(await askAll('127.0.0.9'), ['bl.example clean', 'shown.example listed', 'dead.example failed'])
    assert.deepEqual(states(), ['a withdrawn', 'b in'], 'a list of weight 0 withdraws nobody, one that does not work lists nobody')
    const [found] = await database.query(caseHistory, { subject: '127.0.0.8', sinceMs: 0 })
    assert.deepEqual([found?.list, found?.reason, found?.apply], ['bl.example', 'sent spam (see https://bl.example/why)', 'https://bl.example/127.0.0.8'])
    const { list } = await make(noteApplication, { caseId: found?.caseId ?? 0, text: 'asked by form' })
    assert.equal(list, 'bl.example')
    clock.nowMs += 2 * day
    zone[name] = { fault: 'servfail' }
    await askAll('127.0.0.8')
    assert.deepEqual(states(), ['a withdrawn', 'b in'], 'nor is a failure the end of a listing')
    delete zone[name]
    await askAll('127.0.0.8')
    assert.deepEqual(states(), ['a pausing', 'b in'])
    clock.nowMs += 6 * hour
    assert.deepEqual(pool.candidates(clock.nowMs)[0]?.standing, { state: 'warming', today: 10, day: 1 })
    assert.equal(route({ recipients: 10 }), 'a')
    assert.equal(route(), 'b')
    const [history] = await database.query(caseHistory, { subject: undefined, sinceMs: 0 })
    assert.equal((history?.goneAtMs ?? 0) - (history?.sinceMs ?? 0), 2 * day)
    assert.deepEqual(
      history?.notes.map(({ kind, text }) => `${kind}: ${text}`),
      ['applied: asked by form'],
    )
  })

  test('what a host says and its blocklist confirms is one case', async (t) => {
    const { pool, make, hear, zone, database } = await start(t, open)
    await make(addRelay, relay('a', '127.0.0.8'))
    zone['8.0.0.127.bl.example'] = { A: ['127.0.0.2'] }
    hear('a', 'blocked using bl.example')
    await pool.settled()
    const cases = await database.query(caseHistory, { subject: undefined, sinceMs: 0 })
    assert.deepEqual(
      cases.map(({ kind, list }) => `${kind} ${list}`),
      ['list bl.example'],
    )
    assert.deepEqual(
      cases[0]?.notes.map(({ kind, text }) => `${kind}: ${text}`),
      ['heard: b.example: 550 5.7.1 blocked using bl.example'],
    )
  })

  test('what is carried counts by day and outcome, against the warm-up as soon as a way is given', async (t) => {
    const { pool, make, route, clock, database } = await start(t, open)
    await make(addRelay, relay('a', '127.0.0.8', { warmUp: { firstDay: 5, growth: 2, days: 3 } }))
    assert.equal(route({ recipients: 3 }), 'a')
    assert.equal(route({ recipients: 3 }), 'a', 'it had room')
    assert.equal(route(), 4 * hour, 'until its patience ends')
    assert.equal(route({ acceptedAtMs: clock.nowMs - 5 * hour }), 'a', 'it has waited long enough')
    pool.carried('a', toB, { delivered: 2, deferred: 1, failed: 0, listed: 0 })
    pool.carried('a', toB, { delivered: 0, deferred: 3, failed: 0, listed: 0 })
    pool.carried('a', toB, { delivered: 0, deferred: 1, failed: 0, listed: 0 })
    assert.equal(route(), 'a', 'those that were put off have given their place back')
    assert.equal(route({ recipients: 2 }), 'a')
    assert.equal(route(), 4 * hour)
    pool.released('a', 2)
    assert.equal(route(), 'a', 'so have those that do not go now')
    await pool.settled()
    assert.deepEqual(await database.query(relayDays, { subject: '127.0.0.8', sinceDay: 0 }), [
      { day: startMs / day, delivered: 2, deferred: 5, failed: 0, listed: 0 },
    ])
    assert.equal(pool.candidates(clock.nowMs)[0]?.today, 4)
    clock.nowMs += day
    assert.equal(pool.candidates(clock.nowMs)[0]?.today, 0)
  })

  test('relays are added, changed, taken out and back, and removed; a password is shown to nobody but the way out', async (t) => {
    const { pool, make, route, directory, database, states, clock, hear } = await start(t, open)
    const way = { kind: 'smart-host', smartHost: { host: 'smart.example', port: 587, tls: 'required', signIn: { user: 'us', password: '' } } } as const
    await make(addRelay, { ...relay('smart', ''), way, password: 'secret' })
    const taken = await directory.change(addRelay, 'test', { ...relay('smart', '127.0.0.8') })
    assert.deepEqual(taken.refused, { code: 'exists', thing: 'relay', name: 'smart' })
    const found = pool.route({ class: 'paid', recipients: 1, acceptedAtMs: clock.nowMs, listedRelays: new Set() })
    assert.ok('relay' in found)
    assert.deepEqual(found.smartHost?.signIn, { user: 'us', password: 'secret' })
    assert.ok(!JSON.stringify(await database.query(relaySnapshot, { nowMs: clock.nowMs })).includes('secret'))
    await make(addRelay, relay('a', '127.0.0.8'))
    const same = await directory.change(addRelay, 'test', relay('b', '127.0.0.8'))
    assert.deepEqual(same.refused, { code: 'exists', thing: 'relay', name: 'a' })
    await make(setRelay, { name: 'smart', change: { classes: ['bulk'], weight: 0, password: null } })
    assert.deepEqual([route(), route({ class: 'bulk' })], ['a', 'a'])
    await make(withdrawRelay, { name: 'a', why: 'moving' })
    assert.deepEqual(states(), ['a withdrawn', 'smart in'])
    hear('a', 'block list')
    await pool.settled()
    assert.deepEqual(await make(returnRelay, { name: 'A' }), { name: 'a', listedAt: [] })
    assert.deepEqual(states(), ['a in', 'smart in'])
    await make(removeRelay, { name: 'a' })
    assert.deepEqual(states(), ['smart in'])
    const unknown = await directory.change(removeRelay, 'test', { name: 'smrt' })
    assert.deepEqual(unknown.refused, { code: 'unknown', thing: 'relay', name: 'smrt', near: 'smart' })
  })

  test('an address that is not this machine’s carries nothing here', async (t) => {
    const { make, states, logged } = await start(t, open)
    await make(addRelay, relay('a', '127.0.0.8'))
    await make(addRelay, relay('elsewhere', '192.0.2.77'))
    assert.deepEqual(states(), ['a in'])
    assert.ok(logged.some((line) => line.includes('not of this machine') && line.includes('elsewhere')))
  })

  test('one node holds the lease; when it dies, another takes it', async (t) => {
    const { database } = await start(t, open)
    const take = (holder: string, nowMs: number) => database.change(takeLease, { name: 'check', holder, nowMs, untilMs: nowMs + 1000 })
    assert.deepEqual(
      [await take('a', 0), await take('b', 500), await take('a', 900), await take('b', 1500), await take('b', 2000), await take('a', 2500)],
      [true, false, true, false, true, false],
    )
  })
})
