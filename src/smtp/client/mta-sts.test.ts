import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import test, { type TestContext } from 'node:test'
import { startNameServer, type NameServer } from '../../../test/harness/name-server.ts'
import { mailHostKey, policyHostCertificate } from '../../../test/harness/mail-host-certificates.ts'
import { loopbackOutside } from '../../../test/harness/outside.ts'
import { Resolver } from '../../dns/resolver.ts'
import { type KnownPolicy, MtaSts } from './mta-sts.ts'
import { policyNames, readMtaStsPolicy, readMtaStsRecord } from './mta-sts-policy.ts'

for (const [what, texts, id] of [
  ['one record', ['v=STSv1; id=20160831085700Z;'], '20160831085700Z'],
  ['spaces, an unknown field', ['v=STSv1 ; x=y ;id = a1'], 'a1'],
  ['beside other records', ['v=spf1 -all', 'v=STSv1; id=1'], '1'],
  ['two of them', ['v=STSv1; id=1', 'v=STSv1; id=2'], undefined],
  ['no id', ['v=STSv1;'], undefined],
  ['an id of other characters', ['v=STSv1; id=a-b;'], undefined],
  ['an id that is too long', [`v=STSv1; id=${'a'.repeat(33)};`], undefined],
  ['another version', ['v=STSv10; id=1'], undefined],
  ['none', [], undefined],
] as const) {
  test(`MTA-STS record (RFC 8461 3.1): ${what}`, () => assert.equal(readMtaStsRecord(texts), id))
}

const policy = 'version: STSv1\r\nmode: enforce\r\nmx: mx.b.example\r\nmx: *.b.example\r\nmax_age: 86400\r\n'

for (const [what, text, expected] of [
  ['as in the RFC', policy, { mode: 'enforce', mx: ['mx.b.example', '*.b.example'], maxAgeSeconds: 86_400 }],
  [
    'LF, an unknown field, the first of two',
    policy.replaceAll('\r', '').replace('max', 'new: x\nmode: none\nmax'),
    { mode: 'enforce', mx: ['mx.b.example', '*.b.example'], maxAgeSeconds: 86_400 },
  ],
  ['none needs no names', 'version: STSv1\nmode: none\nmax_age: 1', { mode: 'none', mx: [], maxAgeSeconds: 1 }],
  ['a year at most', policy.replace('86400', '9999999999'), { mode: 'enforce', mx: ['mx.b.example', '*.b.example'], maxAgeSeconds: 31_557_600 }],
  ['no version', policy.replace('version', 'v'), undefined],
  ['no mode', policy.replace('mode', 'm'), undefined],
  ['a mode of tomorrow', policy.replace('enforce', 'report'), undefined],
  ['no age', policy.replace('max_age', 'age'), undefined],
  ['no names', 'version: STSv1\nmode: enforce\nmax_age: 1', undefined],
  ['a name that is none', policy.replace('mx.b', 'mx..b'), undefined],
  ['a web page', '<html>\n<body>not found</body>', undefined],
  ['nothing', '', undefined],
] as const) {
  test(`MTA-STS policy (RFC 8461 3.2): ${what}`, () => assert.deepEqual(readMtaStsPolicy(text), expected))
}

test('a wildcard stands for one label (RFC 8461 4.1)', () => {
  const names = { mode: 'enforce', mx: ['mx.b.example', '*.c.example'], maxAgeSeconds: 1 } as const
  const named = ['mx.b.example', 'x.c.example', 'mx.x.b.example', 'x.y.c.example', 'c.example', '.c.example', 'xc.example'].map((host) =>
    policyNames(names, host),
  )
  assert.deepEqual(named, [true, true, false, false, false, false, false])
})

/** A Web server with a policy, a name server that leads to it, and policies that survive. */
class World {
  readonly #web: Server
  readonly #names: NameServer
  answer: { status?: number; type?: string; text?: string; location?: string } = { text: policy }
  asked = 0
  nowMs = 1_800_000_000_000
  readonly saved = new Map<string, KnownPolicy>()

  private constructor(web: Server, names: NameServer) {
    this.#web = web
    this.#names = names
    web.on('request', (_request, response) => {
      this.asked++
      const { status = 200, type = 'text/plain', text = '', location } = this.answer
      response.writeHead(status, { 'content-type': type, ...(location && { location }) }).end(text)
    })
  }

  static async start(t: TestContext, host: string): Promise<World> {
    const web = createServer({ cert: policyHostCertificate, key: mailHostKey }).listen(0, '127.0.0.1')
    await once(web, 'listening')
    const names = await startNameServer({ [`_mta-sts.${host}`]: { TXT: ['v=STSv1; id=1'], ttl: 0 }, [`mta-sts.${host}`]: { A: ['127.0.0.1'] } })
    t.after(async () => {
      web.close()
      await names.close()
    })
    return new World(web, names)
  }

  record(host: string, text: string | undefined): void {
    const entry = text === undefined ? {} : { [`_mta-sts.${host}`]: { TXT: [text], ttl: 0 } }
    this.#names.zone = { [`mta-sts.${host}`]: { A: ['127.0.0.1'] }, ...entry }
    this.#names.negativeTtl = 0
  }

  /** The record is there, its Web server is not. */
  without(host: string): void {
    this.#names.zone = { [`_mta-sts.${host}`]: { TXT: ['v=STSv1; id=1'], ttl: 0 } }
  }

  /** As after a start. */
  policies(t: TestContext): MtaSts {
    const clock = { now: () => this.nowMs }
    const resolver = new Resolver({ clock, servers: [this.#names.address] })
    t.after(() => resolver.close())
    const address = this.#web.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const store = {
      load: async (domain: string) => this.saved.get(domain),
      save: async (domain: string, known: KnownPolicy) => void this.saved.set(domain, known),
    }
    return new MtaSts({ resolver, clock, store, outside: loopbackOutside(t, resolver), port })
  }
}

const domain = 'b.example'

test('a policy is fetched once, renewed with its id, kept over a restart and while its record is hidden', async (t) => {
  const world = await World.start(t, domain)
  const policies = world.policies(t)
  const mode = async (from = policies) => (await from.policy(domain)).policy?.mode
  assert.deepEqual([await mode(), await mode(), world.asked], ['enforce', 'enforce', 1])
  world.answer = { text: policy.replace('enforce', 'testing') }
  assert.deepEqual([await mode(), world.asked], ['enforce', 1])
  world.record(domain, 'v=STSv1; id=2')
  assert.deepEqual([await mode(), world.asked], ['testing', 2])
  world.record(domain, undefined)
  assert.equal(await mode(), 'testing')
  assert.equal(await mode(world.policies(t)), 'testing')
  world.nowMs += 86_400_001
  assert.equal(await mode(), undefined)
})

test('what is asked for at the same time is fetched once', async (t) => {
  const world = await World.start(t, domain)
  const policies = world.policies(t)
  const all = await Promise.all([1, 2, 3].map(() => policies.policy(domain)))
  assert.deepEqual([all.every((found) => found.policy?.mode === 'enforce'), world.asked], [true, 1])
})

for (const [what, answer, fault] of [
  ['a redirect', { status: 301, location: 'https://mta-sts.b.example/other' }, 'sts-policy-fetch-error 301 text/plain'],
  ['not found', { status: 404, text: policy }, 'sts-policy-fetch-error 404 text/plain'],
  ['another type', { type: 'text/html', text: policy }, 'sts-policy-fetch-error 200 text/html'],
  ['too much', { text: policy + 'x: y\n'.repeat(20_000) }, 'sts-policy-fetch-error more than 65536 octets'],
  ['no policy', { text: 'hello' }, 'sts-policy-invalid it cannot be read'],
] as const) {
  test(`a policy that cannot be had is none, and is not asked for again at once: ${what}`, async (t) => {
    const world = await World.start(t, domain)
    const policies = world.policies(t)
    world.answer = answer
    const told = async () => {
      const found = await policies.policy(domain)
      return [found.policy?.mode, found.fault && `${found.fault.result} ${found.fault.detail}`]
    }
    assert.deepEqual(await told(), [undefined, fault])
    world.answer = { text: policy }
    assert.deepEqual([await told(), world.asked], [[undefined, fault], 1])
    world.nowMs += 300_001
    assert.deepEqual(await told(), ['enforce', undefined])
  })
}

test('a certificate for another name serves no policy', async (t) => {
  const world = await World.start(t, 'c.example')
  const found = await world.policies(t).policy('c.example')
  assert.deepEqual(found, { policy: undefined, fault: { result: 'sts-webpki-invalid', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' } })
  assert.equal(world.asked, 0)
})

test('a policy that is known stays in force when its successor cannot be had', async (t) => {
  const world = await World.start(t, domain)
  const policies = world.policies(t)
  await policies.policy(domain)
  world.record(domain, 'v=STSv1; id=2')
  world.answer = { status: 503 }
  const found = await policies.policy(domain)
  assert.deepEqual([found.policy?.mode, found.fault?.result], ['enforce', 'sts-policy-fetch-error'])
})

test('nobody answers where the policy should be', async (t) => {
  const world = await World.start(t, domain)
  world.without(domain)
  const { fault } = await world.policies(t).policy(domain)
  assert.deepEqual(fault, { result: 'sts-policy-fetch-error', detail: 'no address of mta-sts.b.example' })
})
