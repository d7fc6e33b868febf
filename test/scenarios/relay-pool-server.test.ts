import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RelayListing } from '../../src/api/contract/relays.ts'
import { readBlocklists } from '../../src/relay/lists/blocklists.ts'
import { startNameServer, type Zone } from '../harness/name-server.ts'
import { ListingSink } from '../harness/sending/listing-sink.ts'
import { Sender } from '../harness/sending/submit.ts'
import { eventually, Server } from '../harness/server.ts'

const relays = { a: '127.0.0.21', b: '127.0.0.22', c: '127.0.0.23' } as const
type Name = keyof typeof relays
const domains = ['b.example', 'c.example', 'd.example']
const shipped = path.join(import.meta.dirname, '../../rules/relay-blocklists.txt')
/** What tests each list: it answers for this address. */
const alive: Zone = { '2.0.0.127.bl.example': { A: ['127.0.0.2'] }, '2.0.0.127.small.example': { A: ['127.0.0.2'] } }
/** Between two questions about one address at one list. */
const checkEveryMs = 2000
const limits = ['messages-per-hour', 'messages-per-day', 'recipients-per-hour', 'recipients-per-day', 'new-recipients-per-day']

test('people send over three addresses while lists and hosts change their minds: no message is lost, none comes twice (SPEC D2, D3)', async (context) => {
  await using sink = new ListingSink()
  const port = await sink.start()
  const hosts: Zone = {
    ...Object.fromEntries(domains.map((domain) => [domain, { MX: [[10, 'mx.sink.example']] as const }])),
    'mx.sink.example': { A: ['127.0.0.1'] },
    'loop.example': { MX: [[10, 'b.a.example']] },
    'b.a.example': { A: [relays.b] },
  }
  await using dns = await startNameServer({ ...hosts, ...alive })
  dns.negativeTtl = 0
  await using server = await Server.prepare({
    mailboxes: ['ann@a.example'],
    config: 'hostname = "mx.a.example"',
    tables: `[sending]\nport = ${port}`,
    dns: [dns.address],
    settings: [
      `relay.check-every=${checkEveryMs}ms`,
      'relay.pause=3s',
      'sending.first-wait=1s',
      'sending.sessions-per-destination=4',
      ...limits.map((limit) => `${limit}=100000`),
    ],
  })
  await useLists(server)
  for (const [name, ip] of Object.entries(relays))
    await server.posthorn(['relay', 'add', name, '--ip', ip, '--hello', `${name}.a.example`, '--warm-up', '10000x2x3'])
  await server.start()
  const sender = await Sender.signIn(server, 'ann@a.example')

  let sent = 0
  const send = async (messages: number) => {
    for (const end = sent + messages; sent < end; sent++) await sender.send(`u${sent}@${domains[sent % domains.length]}`, `${sent}`)
  }
  const arrived = () => eventually('all mail is there', async () => (new Set(sink.taken).size === sent ? true : undefined), 60_000)
  const list = async () => (await server.json(['relay', 'list'])) as readonly RelayListing[]
  const become = (wanted: Partial<Record<Name, string>>) =>
    eventually(JSON.stringify(wanted), async () => {
      const now = Object.fromEntries((await list()).map(({ name, state }) => [name, state]))
      return Object.entries(wanted).every(([name, state]) => now[name] === state) ? true : undefined
    })
  const from = (name: Name) => sink.takenFrom.get(relays[name]) ?? 0
  const refused = (name: Name) => sink.refusedFrom.get(relays[name]) ?? 0
  const question = (name: Name, list: string) => `${relays[name].split('.').reverse().join('.')}.${list}`
  const listedAt = (...listings: readonly (readonly [Name, string])[]): Zone =>
    Object.fromEntries(listings.map(([name, list]) => [question(name, list), { A: ['127.0.0.2'], ttl: 0 }]))

  await context.test('all of them carry mail', async () => {
    await send(60)
    await arrived()
    assert.ok(from('a') > 0 && from('b') > 0 && from('c') > 0)
  })

  await context.test('a list has one: the first question that says so takes it out', async () => {
    const asked = () => dns.questions.filter((one) => one === `A ${question('a', 'bl.example')}`).length
    const before = asked()
    dns.zone = { ...hosts, ...alive, ...listedAt(['a', 'bl.example']) }
    const flowing = send(60)
    await become({ a: 'withdrawn' })
    // The one that told, and one that was under way when the list changed; each interval brings one.
    assert.ok(asked() - before <= 3, `asked ${asked() - before} times`)
    await flowing
    await arrived()
    const carried = from('a')
    await send(30)
    await arrived()
    assert.equal(from('a'), carried, 'it carries nothing')
  })

  await context.test('a host says that one is listed: the first answers take it out', async () => {
    await server.posthorn(['setting', 'set', 'relay.check-every=1h'])
    dns.zone = { ...dns.zone, ...listedAt(['b', 'bl.example']) }
    sink.listed.set(relays.b, '554 5.7.1 Service unavailable; Client host [{ip}] blocked using bl.example')
    await send(60)
    await become({ b: 'withdrawn' })
    await arrived()
    const before = refused('b')
    // One on each session that was there.
    assert.ok(before > 0 && before <= domains.length * 4, `refused ${before} times`)
    await send(30)
    await arrived()
    assert.equal(refused('b'), before)
  })

  await context.test('all are listed: the least bad carries the mail, and somebody is told', async () => {
    dns.zone = { ...dns.zone, ...listedAt(['c', 'small.example']) }
    await server.run(['relay', 'check', 'c'])
    await become({ a: 'withdrawn', b: 'withdrawn', c: 'withdrawn' })
    const before = { a: from('a'), b: from('b'), c: from('c') }
    await send(30)
    await arrived()
    assert.deepEqual({ a: from('a'), b: from('b'), c: from('c') }, { ...before, c: before.c + 30 })
    assert.ok(server.log.some(({ event }) => event === 'all relays are listed'))
    assert.match((await server.run(['health'])).stdout, /listed/)
  })

  await context.test('gone from the lists: a pause, then back, warming up', async () => {
    const before = { a: from('a'), b: from('b') }
    sink.listed.clear()
    dns.zone = { ...hosts, ...alive }
    await server.posthorn(['setting', 'set', `relay.check-every=${checkEveryMs}ms`])
    await become({ a: 'pausing' })
    await send(10)
    assert.equal(from('a'), before.a)
    await become({ a: 'warming', b: 'warming', c: 'warming' })
    await send(60)
    await arrived()
    assert.ok(from('a') > before.a && from('b') > before.b)
  })

  await context.test('a domain whose mail host bears the name of one of them leads to ourselves', async () => {
    await sender.send('u@loop.example', 'loop')
    const told = await eventually('it has failed', async () => {
      const out = await server.posthorn(['journal', '--address', 'u@loop.example'])
      return out.includes('Failed') ? out : undefined
    })
    assert.match(told, /goes round in circles/)
  })

  await context.test('each message came once, and the journal has by which relay', async () => {
    // What would come twice has time to.
    await sleep(1500)
    assert.deepEqual(
      sink.taken.map(Number).toSorted((one, other) => one - other),
      Array.from({ length: sent }, (_, n) => n),
    )
    const journal = await server.posthorn(['journal', '--sender', 'ann@a.example', '--limit', '10000'])
    for (const name of ['a', 'b', 'c'] as const) assert.equal(journal.match(new RegExp(`^  Sent to .* by relay ${name}\\.`, 'gm'))?.length, from(name), name)
    for (const { name, today } of await list()) assert.deepEqual([today.delivered, today.listed], [from(name as Name), refused(name as Name)])
  })
  sender.close()
})

/** Two lists, which the name server of the test answers for, and none of those that are shipped. */
async function useLists(server: Server): Promise<void> {
  const names = readBlocklists([{ file: shipped, text: await readFile(shipped, 'utf8') }]).keys()
  const off = Array.from(names, (name) => `blocklist ${name} 1\n  off\n`).join('')
  await mkdir(path.join(server.data, 'rules'), { recursive: true })
  await writeFile(path.join(server.data, 'rules', 'relay-blocklists.txt'), `${off}blocklist bl.example 9\n\nblocklist small.example 2\n`)
  await writeFile(path.join(server.data, 'rules', 'listed-answers.txt'), 'answer BL\n  at bl.example\n  says "bl.example"\n')
}
