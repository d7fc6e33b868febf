import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { OperationName } from '../api/contract.ts'
import type { Answered } from '../api/operate.ts'
import type { Principal } from '../api/principal.ts'
import { silent } from '../base/log.ts'
import { listen } from '../wire/listen.ts'
import { Rates, type RateSettings } from '../protection/request-rates.ts'
import { nobodyProblem } from './api-problems.ts'
import { apiRoutes } from './api.ts'
import { addressRates } from './rate-limit.ts'
import { httpServer } from './server.ts'

const admin: Principal = { kind: 'operator', operatorId: 1, name: 'admin' }

/** The API before operations that do nothing but note what they were asked for. */
async function open(context: TestContext, answers: Partial<Record<OperationName, Answered>> = {}, limits: Partial<RateSettings> = {}) {
  const asked: [name: OperationName, input: unknown][] = []
  const settings: RateSettings = { 'connection-limits': true, 'api.requests-per-minute': 1_000, 'api.requests-per-minute-address': 1_000, ...limits }
  const rates = new Rates({ clock: { now: () => 1_000_000 }, settings: () => settings })
  const routes = apiRoutes({
    rates,
    authenticate: async (request) => (request.headers.authorization === 'Bearer good' ? { caller: { principal: admin } } : { problem: nobodyProblem('en') }),
    operate: async (_, name, input) => {
      asked.push([name, input])
      return answers[name] ?? { done: {} }
    },
  })
  const server = await httpServer([addressRates(rates), routes], { log: silent })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
  })
  const ask = async (line: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const [method = '', path = ''] = line.split(' ')
    const response = await fetch(`http://127.0.0.1:${listener.address.port}/api${path}`, {
      method,
      headers: { authorization: 'Bearer good', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) }
  }
  return { ask, asked, url: `http://127.0.0.1:${listener.address.port}` }
}

function pointersOf(problem: unknown): readonly string[] {
  return (problem as { readonly errors: readonly { readonly pointer: string }[] }).errors.map(({ pointer }) => pointer)
}

test('an operation’s input comes from path, query and body', async (context) => {
  const { ask, asked } = await open(context)
  const wanted: readonly (readonly [line: string, body: unknown, name: OperationName, input: unknown])[] = [
    ['GET /queue?destination=b.example&limit=5', undefined, 'queue.list', { destination: 'b.example', limit: 5 }],
    [
      'PATCH /addresses/ann%2Bx%2Fy%40a.example',
      { values: { greylisting: null } },
      'address.set',
      { address: 'ann+x/y@a.example', values: { greylisting: null } },
    ],
    ['POST /verify', undefined, 'verify', {}],
    ['DELETE /mailboxes/ann@a.example', undefined, 'mailbox.remove', { address: 'ann@a.example' }],
    ['POST /relay-cases/7/applications', { text: 'asked them' }, 'relay.applied', { case: 7, text: 'asked them' }],
    [`GET /addresses/${'x'.repeat(254)}`, undefined, 'address.show', { address: 'x'.repeat(254) }],
  ]
  for (const [line, body] of wanted) await ask(line, body)
  assert.deepEqual(
    asked,
    wanted.map(([, , name, input]) => [name, input]),
  )
})

test('what an operation does not know is refused, each field by its pointer', async (context) => {
  const { ask, asked } = await open(context)
  const wrong: readonly (readonly [line: string, body: unknown, pointers: readonly string[]])[] = [
    ['GET /queue?limit=x', undefined, ['#/limit']],
    ['GET /queue?limit=1&limit=2', undefined, ['#/limit']],
    ['GET /queue?colour=red', undefined, ['#']],
    ['PATCH /addresses/ann@a.example', {}, ['#/values']],
    ['PATCH /addresses/ann@a.example', { values: { greylisting: 1, 'a/b~c': 2 } }, ['#/values/greylisting', '#/values/a~1b~0c']],
    ['PATCH /addresses/ann@a.example', { address: 'bob@a.example', values: {} }, ['#/address']],
    ['PATCH /addresses/ann@a.example', ['x'], ['#']],
    ['POST /relay-cases/0x7/applications', { text: 'x' }, ['#/case']],
    ['POST /domains', { domain: 'a.example', __proto__x: 1 }, ['#']],
  ]
  for (const [line, body, pointers] of wrong) {
    const { status, headers, json } = await ask(line, body)
    assert.deepEqual([status, headers.get('content-type')], [422, 'application/problem+json'], line)
    assert.deepEqual(pointersOf(json), pointers, line)
  }
  assert.deepEqual(asked, [])
})

test('words are in the language that the client prefers', async (context) => {
  const refused = { code: 'exists', field: 'values.postmaster.address', text: { en: 'in English', de: 'auf Deutsch' } } as const
  const { ask } = await open(context, { 'domain.add': { refused } })
  for (const [language, detail] of [
    ['de-AT,de;q=0.9,en;q=0.5', 'auf Deutsch'],
    ['en', 'in English'],
    ['fr', 'in English'],
  ] as const) {
    const { status, json, headers } = await ask('POST /domains', { domain: 'a.example' }, { 'accept-language': language })
    assert.equal(status, 409)
    assert.equal(headers.get('content-language'), language.slice(0, 2) === 'de' ? 'de' : 'en')
    assert.deepEqual(json, { type: 'about:blank', title: 'Conflict', status: 409, detail, errors: [{ pointer: '#/values/postmaster.address', detail }] })
  }
  const shape = await ask('GET /queue?limit=x', undefined, { 'accept-language': 'de' })
  assert.match(JSON.stringify(shape.json), /Ungültige Eingabe/)
})

test('what the contract does not name stays inside', async (context) => {
  const { ask } = await open(context, {
    'domain.list': { done: { domains: [{ domain: 'a.example', customer: 'c', addresses: 1, values: {}, template: null, secret: 'x' }], secret: 'x' } },
    'customer.list': { done: { customers: [{ name: 'c' }] } },
  })
  assert.deepEqual((await ask('GET /domains')).json, { domains: [{ domain: 'a.example', customer: 'c', addresses: 1, values: {}, template: null }] })
  assert.equal((await ask('GET /customers')).status, 500)
})

test('nobody gets nothing: every operation wants to know who asks, before it reads a body', async (context) => {
  const { ask, asked } = await open(context)
  for (const authorization of ['', 'Bearer bad']) {
    for (const [line, body] of [
      ['GET /domains', undefined],
      ['POST /domains', { domain: 'a.example' }],
      ['POST /dmarc-reports', 'x'.repeat(9_000_000)],
      ['POST /domains', '{'],
    ] as const) {
      const answer = await ask(line, body, { authorization })
      assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [401, 'Bearer'], line)
    }
  }
  assert.deepEqual(asked, [])
  const document = await ask('GET /openapi.json', undefined, { authorization: '' })
  assert.equal(document.json?.['openapi'], '3.1.1')
})

test('bodies have limits, larger ones only where they are wanted', async (context) => {
  const { ask } = await open(context, { 'dmarc.read': { done: { domain: 'a.example', reporter: 'r', reportId: '1', isNew: true } } })
  assert.equal((await ask('POST /dmarc-reports', { file: 'x'.repeat(6_000_000) })).status, 200)
  assert.equal((await ask('POST /dmarc-reports', { file: 'x'.repeat(8_400_000) })).status, 413)
  assert.equal((await ask('POST /domains', { domain: 'x'.repeat(1_100_000) })).status, 413)
  assert.equal((await ask('POST /domains', '{"a":')).status, 400)
  assert.equal((await ask('POST /domains', '{}', { 'content-type': 'text/plain' })).status, 415)
  assert.equal((await ask('POST /domains', '{"__proto__":{"domain":"a.example"}}')).status, 400)
})

test('every answer has the number of its request', async (context) => {
  const { ask } = await open(context)
  const ids = await Promise.all(['GET /domains', 'GET /nothing', 'GET /queue?x=1'].map(async (line) => (await ask(line)).headers.get('request-id')))
  assert.ok(
    ids.every((id) => /^[\w-]{8,}$/.test(id ?? '')),
    ids.join(' '),
  )
  assert.equal(new Set(ids).size, 3)
})

test('who asks too much is told when to come again, and how they stand', async (context) => {
  const { ask, asked, url } = await open(
    context,
    { 'audit.verify': { done: { entries: 0, last: '', broken: null } } },
    { 'api.requests-per-minute': 2, 'api.requests-per-minute-address': 4 },
  )
  const standOf = async (authorization: string, language = 'en') => {
    const { status, headers, json } = await ask('GET /audit/verification', undefined, { authorization, 'accept-language': language })
    return { status, rate: headers.get('ratelimit'), policy: headers.get('ratelimit-policy'), after: headers.get('retry-after'), detail: json?.['detail'] }
  }
  const policy = '"own";q=2;w=60'
  assert.deepEqual(await standOf('Bearer good'), { status: 200, rate: '"own";r=1;t=30', policy, after: null, detail: undefined })
  assert.deepEqual(await standOf('Bearer good'), { status: 200, rate: '"own";r=0;t=60', policy, after: null, detail: undefined })
  assert.deepEqual(await standOf('Bearer good', 'de'), {
    ...{ status: 429, rate: '"own";r=0;t=60', policy, after: '30' },
    detail: 'zu viele Anfragen auf einmal; bitte in 30 s noch einmal versuchen',
  })
  // A stranger: each address has a limit, too.
  assert.equal((await standOf('Bearer bad')).status, 401)
  assert.deepEqual(await standOf('Bearer bad'), {
    ...{ status: 429, rate: '"address";r=0;t=60', policy: '"address";q=4;w=60', after: '15' },
    detail: 'too many requests from your address; please try again in 15 s',
  })
  // However it is spelt.
  assert.equal((await fetch(`${url}/%61pi/audit/verification`)).status, 429)
  assert.equal(asked.length, 2)
})
