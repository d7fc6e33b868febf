import assert from 'node:assert/strict'
import test from 'node:test'
import { linkedPair } from '../../../test/harness/pair.ts'
import { VerifierUnavailable } from '../../auth/oauth/verifier.ts'
import { silent } from '../../base/log.ts'
import type { Change } from '../../database/database.ts'
import type { Answer } from '../../dns/answer.ts'
import { ephemeralSuite } from '../../ephemeral/ephemeral.suite.ts'
import { openLocal } from '../../ephemeral/local.ts'
import type { Ephemeral } from '../../ephemeral/ephemeral.ts'
import type { JournalEntry } from '../../journal/entry.ts'
import { Budgets, type BudgetSettings } from '../../protection/budgets.ts'
import type { Only } from '../only.ts'
import { answering } from './answer.ts'
import { brakesOf, budgetsOf, changeOf, dnsOf, journalOf, RemoteEphemeral, tokensOf } from './ask.ts'
import type { FirstCalls, OtherCalls } from './calls.ts'

const clock = { now: () => 1_700_000_000_000 }
const settings: BudgetSettings = {
  'connection-limits': true,
  'connection-limits.mail-concurrent': 3,
  'connection-limits.mail-per-minute': 100,
  'connection-limits.access-concurrent': 3,
  'connection-limits.access-per-minute': 100,
  'connection-limits.errors': 2,
  'connection-limits.errors-per-hour': 100,
  'connection-limits.unknown-recipients': 2,
}
const add: Change<number, number> = { name: 'add', durable: false, run: async (_tx, n) => await Promise.resolve(n + 1) }

const never = () => Promise.reject(new Error('not in this test'))

/** The first process, with one other at a time. */
function first(parts: { readonly ephemeral?: Ephemeral; readonly resolver?: unknown; readonly tokens?: unknown } = {}) {
  const budgets = new Budgets({ clock, settings: () => settings })
  const journal: JournalEntry[] = []
  const only = { ...parts, budgets, guesses: budgets.guesses, journal: { record: (entry: JournalEntry) => void journal.push(entry) } } as unknown as Only
  return {
    budgets,
    journal,
    other() {
      const { calls, gone } = answering({
        only,
        records: { append: never, apply: never, applyAcross: never, settled: never, close: never },
        database: { change: async (change, args) => await change.run({} as never, args as never) },
        changes: new Map([[add.name, add as Change<unknown, unknown, unknown>]]),
        directory: { follow: async () => await Promise.resolve() },
        tellDirectory: async () => await Promise.resolve(),
        notice: (notice) => pair.toRight.tell('notice', notice),
        textWanted: () => {},
        mailboxFull: () => {},
        autolearn: () => {},
        operate: () => Promise.reject(new Error('not asked for here')),
        ready: () => {},
      })
      const others = { notice: (notice: { topic: string; message: string }) => remote.hear(notice) } as unknown as OtherCalls
      const pair = linkedPair<FirstCalls, OtherCalls>(calls, others)
      const remote = new RemoteEphemeral(pair.toLeft, silent)
      return { link: pair.toLeft, gone, remote }
    },
  }
}

// A restart of the installation is one of the engine; the other process goes with it.
ephemeralSuite({
  name: 'in the first process',
  async open(folder, testClock) {
    const local = openLocal({ folder, clock: testClock, log: silent })
    const { remote } = first({ ephemeral: local }).other()
    const close = async () => {
      await remote.table('greylist', { maxEntries: 100_000 }).size()
      await remote.close()
      await local.close()
    }
    return await Promise.resolve(new Proxy<Ephemeral>(remote, { get: (target, name) => (name === 'close' ? close : bound(target, name)) }))
  },
})

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name)
  return typeof member === 'function' ? (member.bind(target) as unknown) : member
}

test('connections of all processes count together, and those of one that ended no more', async () => {
  const server = first()
  const [a, b] = [server.other(), server.other()]
  const [inA, inB] = [budgetsOf(a.link), budgetsOf(b.link)]
  const ip = '192.0.2.1'
  const own = server.budgets.connect(ip, 'mail')
  const ofA = await inA.connect(ip, 'mail')
  const ofB = await inB.connect(ip, 'mail')
  assert.deepEqual([own.excess, ofA.excess, ofB.excess], [undefined, undefined, undefined])
  assert.equal((await inA.connect(ip, 'mail')).excess, 'too many at once')
  ofB.close()
  ofB.close()
  assert.equal((await inB.connect(ip, 'mail')).excess, undefined)
  assert.equal((await inB.connect(ip, 'mail')).excess, 'too many at once')
  a.gone()
  assert.equal((await inB.connect(ip, 'mail')).excess, undefined)
  assert.equal((await inB.connect(ip, 'mail')).excess, 'too many at once')
})

test('bad commands and unknown recipients are answered by the one who counts', async () => {
  const server = first()
  const share = await budgetsOf(server.other().link).connect('192.0.2.1', 'mail')
  assert.deepEqual([await share.badCommand(), await share.badCommand(), await share.badCommand()], [undefined, undefined, 'too many errors'])
  assert.deepEqual(
    [await share.unknownRecipient(), await share.unknownRecipient(), await share.unknownRecipient()],
    [undefined, undefined, 'too many unknown recipients'],
  )
})

test('guesses are counted once: wrong ones in one process delay the next in another', async () => {
  const server = first()
  const attempt = { account: 'ann@a.example', ip: '192.0.2.1' }
  const [a, b] = [server.other(), server.other()]
  for (let guess = 0; guess < 3; guess++) {
    for (const { link } of [a, b]) {
      const brakes = brakesOf(link)
      assert.equal(typeof (await brakes.delayMs(attempt)), 'number')
      brakes.failed(attempt)
    }
  }
  assert.notEqual(await brakesOf(a.link).delayMs(attempt), 0)
})

test('names are resolved and tokens judged where the answers are kept', async () => {
  const answer: Answer<'A'> = { status: 'found', records: ['192.0.2.1'], expiresAtMs: clock.now() + 1000, authenticated: false }
  const resolver = { lookup: () => Promise.resolve(answer) }
  const tokens = {
    verify: (token: string, domain?: string) =>
      token === 'good' && domain === 'a.example'
        ? Promise.resolve({ mailbox: 'ann@a.example', expiresAtMs: undefined })
        : Promise.reject(new VerifierUnavailable('away')),
  }
  const { link } = first({ resolver, tokens }).other()
  assert.deepEqual(await dnsOf(link)('mx.example', 'A'), answer)
  assert.deepEqual(await tokensOf(link).verify('good', 'a.example'), { mailbox: 'ann@a.example', expiresAtMs: undefined })
  await assert.rejects(tokensOf(link).verify('unknown'), VerifierUnavailable)
  link.lose('the first process is gone')
  assert.deepEqual(await dnsOf(link)('mx.example', 'A'), { status: 'failed', why: 'closed' })
})

test('a change goes by its name, a refusal goes to the one journal', async () => {
  const server = first()
  const { link } = server.other()
  assert.equal(await changeOf(link)(add, 1), 2)
  await assert.rejects(changeOf(link)({ ...add, name: 'unheard of' }, 1), /not in the catalogue/)
  journalOf(link).record({ outcome: 'refused' } as JournalEntry)
  await changeOf(link)(add, 1)
  assert.equal(server.journal.length, 1)
})
