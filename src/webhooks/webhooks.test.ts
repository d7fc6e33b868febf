import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { at, Desk } from '../../test/harness/directory.ts'
import { readSql, runSql } from '../../test/harness/run-sql.ts'
import { eventTypes } from '../base/event-type.ts'
import { silent } from '../base/log.ts'
import { lockMailbox } from '../directory/change/locks.ts'
import { addCustomer, removeCustomer, setCustomer } from '../directory/change/organisation.ts'
import { setPlan } from '../directory/change/plans.ts'
import { Directory } from '../directory/directory.ts'
import type { Reach } from '../directory/reach.ts'
import { directoryMigrations } from '../directory/schema.ts'
import { type OutsideAnswer, OutsideFailed, type OutsideRequest } from '../outside/outside.ts'
import { queueMigrations } from '../queue/schema.ts'
import { KeyVault } from '../signing/key-vault.ts'
import { addWebhook, pruneWebhooks, removeWebhook, resendMessage, rotateSecret, setWebhook, testWebhook } from './change.ts'
import { gatherAudit } from './gather.ts'
import { maxWaiting, maxWebhooks } from './limits.ts'
import { WebhookPost } from './post.ts'
import { listDeliveries, listWebhooks } from './query.ts'
import { retryAfterMs, waitAfter } from './schedule.ts'
import { formatSecret, secretPlace, signedFields } from './signature.ts'
import { noteEvents } from './spread.ts'
import { freeMessages, settleMessage, takeMessages } from './take.ts'
import { webhookMigrations } from './schema.ts'

const modules = ['../directory/catalogue.ts', './catalogue.ts', '../../test/harness/run-sql.ts'].map((module) => import.meta.resolve(module))
const all: Reach = { kind: 'all' }
const hourMs = 3_600_000

test('signed as Standard Webhooks say', () => {
  // The example of the specification.
  const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
  const message = { messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atMs: 1_614_265_330_999, payload: '{"test": 2432232314}' }
  assert.deepEqual(signedFields(message, [secret]), {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
  assert.match(signedFields(message, [secret, Buffer.alloc(32)])['webhook-signature'] ?? '', /^v1,g0hM9S\S+ v1,\S{44}$/)
  assert.equal(formatSecret(secret), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
})

test('a message is tried ten times in three days, later each time, and not all at one moment', () => {
  const waits = Array.from({ length: 9 }, (_, tries) => waitAfter(tries + 1, 0) ?? 0)
  assert.deepEqual([waits[0], waits.at(-1), waitAfter(10, 0)], [5_000, 24 * hourMs, undefined])
  assert.ok(waits.every((wait, index) => wait > (waits[index - 1] ?? 0)))
  const sum = waits.reduce((one, other) => one + other)
  assert.ok(sum > 72 * hourMs && sum < 78 * hourMs)
  assert.equal(waitAfter(1, 1), 6_000)
  assert.deepEqual([waitAfter(1, 0, 60_000), waitAfter(2, 0, 60_000), waitAfter(1, 0, 1e12)], [60_000, 300_000, 24 * hourMs])
})

for (const [field, expected] of [
  [undefined, 0],
  ['120', 120_000],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
  ['soon', 0],
  ['-5', 0],
] as const) {
  test(`Retry-After: ${field} (RFC 9110 10.2.3)`, () => assert.equal(retryAfterMs(field, 10_000), expected))
}

/** Programs that want to know, and what they answer. */
async function office(context: TestContext, open: OpenDatabase) {
  const database = await open(context, { migrations: [...directoryMigrations, ...queueMigrations, ...webhookMigrations], modules })
  let nowMs = 1_700_000_000_000
  const clock = { now: () => nowMs }
  const directory = await Directory.open({ database, clock, log: silent })
  context.after(() => directory.close())
  const d = new Desk(directory, database)
  for (const [customer, domain] of [
    ['acme', 'a.example'],
    ['bert', 'b.example'],
  ] as const) {
    await d.make(addCustomer, { name: customer, plan: undefined })
    await d.domain(domain, customer)
  }
  const vault = new KeyVault(async () => Buffer.alloc(32, 7))
  const secretOf = (id: string) => Buffer.alloc(32, id)
  const add = async (webhookId: string, customer: string | undefined, events: readonly (typeof eventTypes)[number][] = ['mailbox.added']) => {
    const secret = await vault.sealOctets(secretOf(webhookId), secretPlace(webhookId))
    return d.make(addWebhook, { webhookId, customer, url: `https://${webhookId}.example/hook?key=x`, description: '', events, secret })
  }
  /** What came where: `host type`. */
  const came: { readonly host: string; readonly fields: Readonly<Record<string, string>>; readonly payload: string }[] = []
  let answer: (host: string, asked: OutsideRequest) => Promise<Partial<OutsideAnswer>> = async () => ({ status: 204 })
  const off: string[] = []
  const postOf = (node = 1) =>
    new WebhookPost({
      ...{ database, directory, vault, node, clock, log: silent, userAgent: 'Posthorn/test', random: () => 0 },
      outside: {
        async request(url, asked) {
          came.push({ host: url.hostname.split('.')[0] ?? '', fields: asked.headers ?? {}, payload: String(asked.body) })
          return { status: 200, headers: {}, octets: Buffer.alloc(0), ...(await answer(url.hostname.split('.')[0] ?? '', asked)) }
        },
      },
      switchedOff: async ({ url }, why) => void off.push(`${new URL(url).hostname.split('.')[0]} ${why}`),
    })
  const deliveries = async (webhookId: string) =>
    (await database.query(listDeliveries, { reach: all, webhookId, state: undefined, after: undefined, limit: 100 })) ?? []
  const one = async (webhookId: string) => (await database.query(listWebhooks, { reach: all, webhookId }))[0]
  const settled = async (look: () => Promise<boolean>) => {
    for (const endsAt = performance.now() + 20_000; !(await look()); ) {
      assert.ok(performance.now() < endsAt, 'did not come to pass')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {
    ...{ d, database, directory, add, came, off, postOf, deliveries, one, settled, clock, secretOf },
    answers: (by: typeof answer) => void (answer = by),
    later: (ms: number) => void (nowMs += ms),
    gather: async () => {
      while (await database.change(gatherAudit, undefined));
    },
  }
}

withEachEngine((_engine, open) => {
  test('an event goes to webhooks of its customer, its reseller and the installation that want it, and to nobody else; once', async (context) => {
    const o = await office(context, open)
    await o.d.make(setCustomer, { customer: 'bert', plan: undefined, isReseller: true, values: {} })
    await o.d.make(setCustomer, { customer: 'acme', plan: undefined, resellerOf: 'bert', values: {} })
    await o.add('acme1', 'acme', ['mailbox.added', 'mailbox.locked', 'mailbox.removed'])
    await o.add('acme2', 'acme', ['domain.added'])
    await o.add('bert1', 'bert', ['mailbox.added', 'customer.added'])
    await o.add('house', undefined, ['mailbox.added', 'relay.listed'])
    await o.d.mailbox('ann@a.example')
    await o.d.mailbox('bob@b.example')
    await o.d.make(lockMailbox, { address: at('ann@a.example'), kind: 'whole', reason: 'unpaid' })
    await o.gather()
    await o.gather()
    const told = await Promise.all(['acme1', 'acme2', 'bert1', 'house'].map(async (id) => (await o.deliveries(id)).map(({ payload }) => payload).toReversed()))
    const brief = (payload: string) => {
      const { type, data } = JSON.parse(payload) as { type: string; data: { address: string; customer: string } }
      return `${type} ${data.address} ${data.customer}`
    }
    assert.deepEqual(
      told.map((some) => some.map(brief).toSorted()),
      [
        ['mailbox.added ann@a.example acme', 'mailbox.locked ann@a.example acme'],
        [],
        ['mailbox.added ann@a.example acme', 'mailbox.added bob@b.example bert'],
        ['mailbox.added ann@a.example acme', 'mailbox.added bob@b.example bert'],
      ],
    )
    assert.deepEqual(JSON.parse(told[0]?.find((payload) => payload.includes('locked')) ?? ''), {
      type: 'mailbox.locked',
      timestamp: '2023-11-14T22:13:20.000Z',
      data: { customer: 'acme', by: 'test', address: 'ann@a.example', change: 'mailbox.lock', detail: { kind: 'whole', reason: 'unpaid' } },
    })
  })

  test('which operator did it is the provider’s business', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    await o.add('house', undefined)
    const event = { key: 'x', type: 'mailbox.added', atMs: o.clock.now(), customerId: 1, actor: 'operator otto', data: {} } as const
    await o.database.change(noteEvents, { events: [event] })
    await o.database.change(noteEvents, { events: [event] })
    const by = async (id: string) => (await o.deliveries(id)).map(({ payload }) => (JSON.parse(payload) as { data: { by: string } }).data.by)
    assert.deepEqual([await by('acme1'), await by('house')], [['operator'], ['operator otto']])
  })

  test('a plan without the API: its customers’ webhooks rest, others’ do not', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    await o.add('house', undefined)
    await o.d.make(setPlan, { name: 'standard', limits: { features: [] }, values: {} })
    assert.equal(
      (await o.d.refused(addWebhook, { webhookId: 'x', customer: 'acme', url: 'https://x.example/', description: '', events: ['mailbox.added'], secret: '' }))
        .code,
      'not-in-plan',
    )
    await o.d.mailbox('ann@a.example')
    await o.gather()
    assert.deepEqual([(await o.deliveries('acme1')).length, (await o.deliveries('house')).length], [0, 1])
  })

  test('what nobody may be told of cannot be chosen; there is a limit', async (context) => {
    const o = await office(context, open)
    const wanted = { url: 'https://x.example/', description: '', secret: '' }
    const refused = async (customer: string | undefined, event: (typeof eventTypes)[number]) =>
      (await o.d.refused(addWebhook, { ...wanted, webhookId: 'x', customer, events: [event] })).code
    assert.equal(await refused('acme', 'relay.listed'), 'unknown')
    assert.equal(await refused('acme', 'customer.added'), 'unknown')
    assert.equal(await refused('nobody', 'mailbox.added'), 'unknown')
    await o.add('acme1', 'acme')
    assert.equal((await o.d.refused(setWebhook, { reach: all, webhookId: 'acme1', events: ['relay.listed'] })).code, 'unknown')
    for (let number = 1; number < maxWebhooks; number++) await o.add(`more${number}`, 'acme')
    assert.equal(await refused('acme', 'mailbox.added'), 'too-many')
    await o.add('house', undefined, [...eventTypes])
  })

  test('who may not see a webhook cannot do anything with it', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    await o.add('house', undefined)
    for (const webhookId of ['acme1', 'house']) {
      for (const reach of [
        { kind: 'customer', customerId: 2 },
        { kind: 'account', accountId: 1 as never },
      ] as const) {
        const which = { reach, webhookId }
        assert.equal((await o.d.refused(setWebhook, { ...which, on: false })).code, 'unknown')
        assert.equal((await o.d.refused(rotateSecret, { ...which, secret: 'x' })).code, 'unknown')
        assert.equal((await o.d.refused(removeWebhook, which)).code, 'unknown')
        assert.equal(await o.database.change(testWebhook, { ...which, key: 'x', atMs: 1 }), undefined)
        assert.equal(await o.database.change(resendMessage, { ...which, messageId: 'x', atMs: 1 }), undefined)
        assert.deepEqual(await o.database.query(listWebhooks, which), [])
        assert.equal(await o.database.query(listDeliveries, { ...which, state: undefined, after: undefined, limit: 1 }), undefined)
      }
    }
  })

  test('a message is sent, signed, and done; who stopped answers later gets it again with the same webhook-id', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    let trouble = true
    o.answers(async () => (trouble ? { status: 500 } : { status: 204 }))
    const post = o.postOf()
    post.start()
    await o.d.mailbox('ann@a.example')
    await o.settled(async () => (await o.deliveries('acme1'))[0]?.tries === 1)
    const [waiting] = await o.deliveries('acme1')
    assert.deepEqual([waiting?.state, waiting?.status, waiting?.nextMs], ['waiting', 500, o.clock.now() + 5_000])
    assert.equal((await o.one('acme1'))?.failingSinceMs, o.clock.now())
    trouble = false
    o.later(5_000)
    post.wake()
    await o.settled(async () => (await o.deliveries('acme1'))[0]?.state === 'delivered')
    await post.stop(1_000)
    const [first, second] = o.came
    assert.ok(first && second && o.came.length === 2)
    assert.equal(first.fields['webhook-id'], second.fields['webhook-id'])
    assert.equal(Number(second.fields['webhook-timestamp']) - Number(first.fields['webhook-timestamp']), 5)
    const expected = createHmac('sha256', o.secretOf('acme1')).update(`${second.fields['webhook-id']}.${second.fields['webhook-timestamp']}.${second.payload}`)
    assert.equal(second.fields['webhook-signature'], `v1,${expected.digest('base64')}`)
    const { waiting: left, failingSinceMs } = (await o.one('acme1')) ?? {}
    assert.deepEqual([left, failingSinceMs], [0, null])
  })

  test('for a day after a new secret both sign', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    await o.d.make(rotateSecret, {
      reach: all,
      webhookId: 'acme1',
      secret: await new KeyVault(async () => Buffer.alloc(32, 7)).sealOctets(Buffer.alloc(32, 9), secretPlace('acme1')),
    })
    const post = o.postOf()
    post.start()
    await o.d.mailbox('ann@a.example')
    await o.settled(async () => o.came.length === 1)
    o.later(24 * hourMs + 1)
    await o.d.mailbox('bob@a.example')
    await o.settled(async () => o.came.length === 2)
    await post.stop(1_000)
    assert.deepEqual(
      o.came.map(({ fields }) => fields['webhook-signature']?.split(' ').length),
      [2, 1],
    )
  })

  test('410 switches it off at once; what waits is kept, and goes when it is on again', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    o.answers(async () => ({ status: 410 }))
    const post = o.postOf()
    post.start()
    await o.d.mailbox('ann@a.example')
    await o.settled(async () => o.off.length > 0)
    assert.deepEqual([o.off, (await o.one('acme1'))?.offWhy], [['acme1 gone'], 'gone'])
    // Not told of what happens meanwhile.
    await o.d.mailbox('bob@a.example')
    o.answers(async () => ({ status: 200 }))
    await o.d.make(setWebhook, { reach: all, webhookId: 'acme1', on: true })
    await o.d.mailbox('max@a.example')
    await o.settled(async () => (await o.deliveries('acme1')).filter(({ state }) => state === 'delivered').length === 1)
    await post.stop(1_000)
    assert.deepEqual(
      o.came.map(({ payload }) => (JSON.parse(payload) as { data: { address: string } }).data.address),
      ['ann@a.example', 'max@a.example'],
    )
    const rows = await o.database.query(readSql, { sql: "SELECT actor, subject FROM audit WHERE change = 'webhook.off'" })
    assert.deepEqual(rows, [{ actor: 'server', subject: 'https://acme1.example' }])
  })

  test('nothing arrives for three days: it is given up, switched off, its owner is told once', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    o.answers(async () => {
      throw new OutsideFailed('connection', 'refused')
    })
    const post = o.postOf()
    post.start()
    await o.d.mailbox('ann@a.example')
    for (let tries = 1; tries <= 10; tries++) {
      await o.settled(async () => (await o.deliveries('acme1'))[0]?.tries === tries)
      o.later(((await o.deliveries('acme1'))[0]?.nextMs ?? 0) - o.clock.now())
      post.wake()
    }
    await o.settled(async () => o.off.length > 0)
    await post.stop(1_000)
    const [message] = await o.deliveries('acme1')
    assert.deepEqual([message?.state, message?.failure, message?.tries, o.came.length, o.off], ['failed', 'connection', 10, 10, ['acme1 failing']])
  })

  test('one that gave up alone does not switch off a webhook that works', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    o.answers(async (_, { body }) => ({ status: String(body).includes('ann@') ? 400 : 200 }))
    const post = o.postOf()
    post.start()
    await o.d.mailbox('ann@a.example')
    const ann = async () => (await o.deliveries('acme1')).find(({ payload }) => payload.includes('ann@'))
    for (let tries = 1; tries <= 10; tries++) {
      await o.settled(async () => (await ann())?.tries === tries)
      o.later(((await ann())?.nextMs ?? 0) - o.clock.now())
      if (tries === 8) {
        await o.d.mailbox('bob@a.example')
        await o.settled(async () => (await o.deliveries('acme1')).some(({ state }) => state === 'delivered'))
      }
      post.wake()
    }
    await o.settled(async () => (await ann())?.state === 'failed')
    await post.stop(1_000)
    assert.deepEqual([o.off, (await o.one('acme1'))?.offWhy], [[], null])
  })

  test('a slow receiver keeps nobody waiting, and gets four at a time', async (context) => {
    const o = await office(context, open)
    await o.add('slow', 'acme')
    await o.add('quick', 'acme')
    const free = Promise.withResolvers<undefined>()
    o.answers(async (host) => {
      if (host === 'slow') await free.promise
      return { status: 200 }
    })
    const post = o.postOf()
    post.start()
    for (let number = 0; number < 12; number++) await o.d.mailbox(`m${number}@a.example`)
    await o.settled(async () => (await o.deliveries('quick')).filter(({ state }) => state === 'delivered').length === 12)
    assert.equal(o.came.filter(({ host }) => host === 'slow').length, 4)
    free.resolve(undefined)
    await o.settled(async () => (await o.deliveries('slow')).filter(({ state }) => state === 'delivered').length === 12)
    await post.stop(1_000)
    assert.equal(o.came.length, 24)
  })

  test('who has the lease sends; who died loses it, and what they note later counts no more', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    for (const name of ['ann', 'bob']) await o.d.mailbox(`${name}@a.example`)
    await o.gather()
    const take = (node: number) => o.database.change(takeMessages, { node, nowMs: o.clock.now(), leaseMs: 60_000, limit: 10, inFlight: {} })
    const [one, two] = await Promise.all([take(1), take(2)])
    assert.equal(one.length + two.length, 2)
    const [first, node, other] = one.length > 0 ? [one[0], 1, 2] : [two[0], 2, 1]
    assert.ok(first)
    assert.deepEqual(await take(other), [])
    // It begins again: its own leases end, and nobody else's.
    await o.database.change(freeMessages, { node: other, nowMs: o.clock.now() })
    assert.deepEqual(await take(other), [])
    await o.database.change(freeMessages, { node, nowMs: o.clock.now() })
    assert.equal((await take(other)).length, 2)
    const settle = (by: number, isDelivered: boolean) =>
      o.database.change(settleMessage, {
        ...{ node: by, messageId: first.messageId, webhookId: 'acme1', isDelivered, nextMs: undefined, atMs: o.clock.now(), tookMs: 1 },
        ...{ status: isDelivered ? 200 : 500, failure: undefined },
      })
    await settle(node, false)
    assert.equal((await o.one('acme1'))?.waiting, 2)
    await settle(other, true)
    await settle(other, true)
    assert.equal((await o.one('acme1'))?.waiting, 1)
    o.later(60_000)
    assert.equal((await take(node)).length, 1)
  })

  test('again by hand, with the same webhook-id; a test', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    const post = o.postOf()
    post.start()
    const made = await o.database.change(testWebhook, { reach: all, webhookId: 'acme1', key: 'once', atMs: o.clock.now() })
    assert.ok(typeof made === 'object')
    post.wake()
    await o.settled(async () => (await o.deliveries('acme1'))[0]?.state === 'delivered')
    const { messageId } = made
    assert.equal(await o.database.change(resendMessage, { reach: all, webhookId: 'acme1', messageId, atMs: o.clock.now() }), 'sent')
    post.wake()
    await o.settled(async () => o.came.length === 2 && (await o.one('acme1'))?.waiting === 0)
    await post.stop(1_000)
    assert.deepEqual(
      o.came.map(({ fields, payload }) => [fields['webhook-id'], (JSON.parse(payload) as { type: string }).type]),
      [
        [messageId, 'webhook.test'],
        [messageId, 'webhook.test'],
      ],
    )
    assert.equal(await o.database.change(resendMessage, { reach: all, webhookId: 'acme1', messageId: 'msg_x', atMs: 1 }), 'unknown')
    await o.d.make(setWebhook, { reach: all, webhookId: 'acme1', on: false })
    assert.equal(await o.database.change(resendMessage, { reach: all, webhookId: 'acme1', messageId, atMs: 1 }), 'off')
    assert.equal(await o.database.change(testWebhook, { reach: all, webhookId: 'acme1', key: 'x', atMs: 1 }), 'off')
  })

  test('no more wait than there is room for; what is dropped is counted', async (context) => {
    const o = await office(context, open)
    await o.add('acme1', 'acme')
    await o.database.change(runSql, [`UPDATE webhook SET waiting = ${maxWaiting - 1}`])
    const events = ['a', 'b', 'c'].map((key) => ({ key, type: 'mailbox.added' as const, atMs: o.clock.now(), customerId: 1, data: {} }))
    await o.database.change(noteEvents, { events })
    const { waiting, dropped } = (await o.one('acme1')) ?? {}
    assert.deepEqual([waiting, dropped], [maxWaiting, 2])
    assert.equal(await o.database.change(testWebhook, { reach: all, webhookId: 'acme1', key: 'x', atMs: 1 }), 'full')
  })

  test('what is old goes, and what was a customer’s that is no more', async (context) => {
    const o = await office(context, open)
    await o.d.make(addCustomer, { name: 'gone', plan: undefined })
    await o.add('gone1', 'gone')
    await o.add('acme1', 'acme')
    await o.d.mailbox('ann@a.example')
    await o.gather()
    await o.d.make(removeCustomer, { name: 'gone' })
    const nowMs = o.clock.now()
    await o.database.change(pruneWebhooks, { beforeMs: nowMs + 1, nowMs })
    assert.deepEqual([await o.one('gone1'), (await o.deliveries('acme1')).length], [undefined, 1])
    await o.database.change(pruneWebhooks, { beforeMs: nowMs, nowMs: nowMs + 31 * 24 * hourMs })
    assert.deepEqual([(await o.deliveries('acme1')).length, (await o.one('acme1'))?.waiting], [0, 0])
  })
})
