import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import * as z from 'zod'
import { access } from '../api/access.ts'
import { contract, type OperationInput, type OperationName } from '../api/contract.ts'
import { operate } from '../api/operate.ts'
import type { Principal } from '../api/principal.ts'
import { restRequest, routeOf } from '../api/rest.ts'
import { runOperation } from '../api/run.ts'
import { silent } from '../base/log.ts'
import { roles } from '../base/role.ts'
import { loadConfig } from '../config/load.ts'
import { apiRoutes } from '../http/api.ts'
import { httpServer } from '../http/server.ts'
import { JournalWriter } from '../journal/journal-writer.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import { unlimited } from '../protection/request-rates.ts'
import { listen } from '../wire/listen.ts'
import { operationContext } from './installation.ts'
import { openParts } from './open.ts'

/**
 * Every operation of the contract is asked for as the wrong person, over HTTP: who names what is another's must hear what they would hear if it were
 * not there, and nobody's list may hold a name of another's. The requests are made from the schemas; what a new operation's fields name has to be
 * said here (`names`), or the test fails.
 */

/** What a field names; `plain`: nothing that could be somebody's; `new`: what is to be made. */
type Kind =
  | 'address'
  | 'domain'
  | 'customer'
  | 'person'
  | 'template'
  | 'app-password'
  | 'edit'
  | 'queue-id'
  | 'job'
  | 'webhook'
  | 'operator'
  | 'selection'
  | 'domains'
  | 'plain'
  | 'new'
  | 'new-address'

/** By operation and field, part and field, or field alone; the first of them that is here. */
const names: Readonly<Record<string, Kind>> = {
  'customer.add.name': 'new',
  'template.add.name': 'new',
  // People of one name may work for several customers.
  'person.add.name': 'new-address',
  'template.*.rename': 'new',
  'domain.add.domain': 'new',
  'domain.proof.domain': 'new',
  'mailbox.rename.from': 'address',
  'mailbox.rename.to': 'address',
  'customer.*.name': 'customer',
  'person.*.name': 'person',
  'template.*.name': 'template',
  'identity-provider.set.name': 'plain',
  'identity-provider.set.domains': 'domains',
  'identity-provider.unlink.name': 'person',
  'app-password.*.name': 'app-password',
  // Of whom is said beside it.
  'grant.*.id': 'plain',
  'oauth-client.*.name': 'plain',
  redirects: 'plain',
  clientId: 'plain',
  'edit.*.edit': 'edit',
  'bulk.*.job': 'job',
  'webhook.*.id': 'webhook',
  'webhook.*.message': 'plain',
  'webhook.*.url': 'plain',
  'webhook.*.events': 'plain',
  'webhook.*.description': 'plain',
  'token.*.name': 'plain',
  'totp.*.name': 'plain',
  'password.*.name': 'plain',
  'passkey.*.name': 'plain',
  'passkey.*.id': 'plain',
  // Of whom is said beside it.
  'second-factor.*.id': 'plain',
  'session.*.id': 'plain',
  'place.*.id': 'plain',
  'address.set-many.select': 'selection',
  'address.set-many.template': 'template',
  operator: 'operator',
  person: 'person',
  'bulk.*.only': 'plain',
  'bulk.*.mailboxes': 'plain',
  'bulk.*.csv': 'plain',
  'queue.*.id': 'queue-id',
  'journal.*.id': 'queue-id',
  'mailbox.refile.id': 'plain',
  'learn.id': 'queue-id',
  'domain.set.template': 'template',
  'address.set.template': 'template',
  address: 'address',
  with: 'address',
  mailbox: 'address',
  domain: 'domain',
  customer: 'customer',
  resellerOf: 'customer',
  // To whom mail goes may be anybody's address; a list's entries are senders.
  ...Object.fromEntries(
    [
      ...[
        'from',
        'to',
        'add',
        'remove',
        'values',
        'reason',
        'password',
        'quota',
        'plan',
        'contains',
        'after',
        'limit',
        'before',
        'count',
        'since',
        'day',
        'state',
      ],
      ...[
        'until',
        'step',
        'secret',
        'code',
        'response',
        'current',
        'actor',
        'scopes',
        'expires',
        'networks',
        'subject',
        'change',
        'undo',
        'direction',
        'check',
        'result',
        'issuer',
        'clientId',
        'clientSecret',
        'claim',
        'audience',
      ],
      ...['folder', 'subject', 'text', 'html', 'zone', 'every', 'keepCopy', 'protocols', 'destination', 'sender', 'message', 'reseller'],
    ].map((field) => [field, 'plain' as const]),
  ),
}

/** What is the first customer's, and what nobody has. The names are as long as each other, so that answers cannot differ by that. */
const theirs = {
  ...{ address: 'ann@books.example', domain: 'books.example', customer: 'north.books', person: 'olga@books.example' },
  ...{
    template: 'strict',
    'app-password': 'telephone',
    edit: 0,
    'queue-id': '0D4KX5GH3J01ABCD',
    job: '',
    webhook: '',
    operator: 'admin1',
    selection: { domains: ['books.example'] },
    domains: ['books.example'],
  },
}
const nobodys: typeof theirs = {
  ...{ address: 'ann@blank.example', domain: 'blank.example', customer: 'north.blank', person: 'olga@blank.example' },
  ...{
    template: 'absent',
    'app-password': 'blanketed',
    edit: 999_999,
    'queue-id': '0D4KX5GH3J01ZZZZ',
    job: 'no-such-job1',
    webhook: '0123456789abcdef',
    operator: 'blank1',
    selection: { domains: ['blank.example'] },
    domains: ['blank.example'],
  },
}

/** What the second customer has, and the template that is for everybody. */
const own: typeof theirs = {
  ...nobodys,
  ...{ address: 'tim@tools.example', domain: 'tools.example', customer: 'south.tools', person: 'tess@tools.example', template: 'basic' },
  selection: { domains: ['tools.example'] },
}

/** Of the first customer; nowhere in an answer to others, but where they said it themselves. */
const secrets = ['books', 'strict', 'telephone', 'olga', 'reader', '0D4KX5GH3J01ABCD']

/** Name nothing, since they are about all that is one's own. */
const aboutOwn: ReadonlySet<OperationName> = new Set([
  'customer.add',
  'customer.list',
  'template.list',
  'edit.list',
  'bulk.list',
  'bulk.start',
  'totp.offer',
  'totp.add',
  'passkey.offer',
  'passkey.add',
  'recovery-codes.new',
  'password.set',
  'password.check',
  'place.seen',
  'lock.list',
  'domain.dns-states',
])

/** Fields of an operation, and whether they must be there. */
function fieldsOf(name: OperationName): readonly { readonly field: string; readonly schema: z.ZodType; readonly required: boolean; readonly kind: Kind }[] {
  const shape: Readonly<Record<string, z.ZodType>> = contract[name].input.shape
  const part = name.split('.')[0] ?? ''
  return Object.entries(shape).map(([field, schema]) => {
    const { enum: choices, type } = z.toJSONSchema(schema, { io: 'input' })
    const isChoice = choices !== undefined || type === 'boolean'
    const kind = names[`${name}.${field}`] ?? names[`${part}.*.${field}`] ?? names[field] ?? (isChoice || access[name].may === 'operate' ? 'plain' : undefined)
    assert.ok(kind !== undefined, `what does the field ${field} of ${name} name? Say so in \`names\``)
    return { field, schema, required: !schema.safeParse(undefined).success, kind }
  })
}

let made = 0

function valueFor(schema: z.ZodType, kind: Kind, of: typeof theirs): unknown {
  if (kind === 'new') return `new${++made}.example`
  if (kind === 'new-address') return `new${++made}@new.example`
  if (kind !== 'plain') return of[kind]
  return anyValue(z.toJSONSchema(schema, { io: 'input' }))
}

/** The simplest value that the schema allows. */
function anyValue(json: z.core.JSONSchema.BaseSchema): unknown {
  if (json.anyOf !== undefined) return anyValue(json.anyOf[0] as z.core.JSONSchema.BaseSchema)
  if (json.enum !== undefined) return json.enum[0]
  switch (json.type) {
    case 'string':
      return 'x'
    case 'boolean':
      return true
    case 'integer':
    case 'number':
      return 1
    case 'array':
      return (json.minItems ?? 0) === 0 ? [] : [anyValue(json.items as z.core.JSONSchema.BaseSchema)]
    case 'object':
      return {}
    default:
      throw new Error(`a value of ${JSON.stringify(json)}?`)
  }
}

type Input = Readonly<Record<string, unknown>>

/** A look at what is one's own, and at all of it, with all that it can be asked to count. */
function ownLooks(name: OperationName): readonly Input[] {
  const fields = fieldsOf(name)
  const isAsked = (one: (typeof fields)[number]) => one.required || one.schema.safeParse(true).success
  const inputOf = (some: typeof fields): Input => Object.fromEntries(some.map(({ field, schema, kind }) => [field, valueFor(schema, kind, own)]))
  const about = fields.filter(({ field, kind, required }) => kind in own && !required && field !== 'operator')
  return [inputOf(fields.filter(isAsked)), ...about.map((one) => inputOf([...fields.filter(isAsked), one]))]
}

/** An input with what must be there, and one for each further field that names something. Twice: of what is theirs, and of what is nobody's. */
function requestsFor(name: OperationName): readonly { readonly named: boolean; readonly there: Input; readonly nowhere: Input }[] {
  const fields = fieldsOf(name)
  const isName = (kind: Kind) => kind in theirs
  const required = fields.filter((one) => one.required)
  const further = fields.filter((one) => !one.required && isName(one.kind))
  const inputOf = (some: typeof fields, of: typeof theirs) => Object.fromEntries(some.map(({ field, schema, kind }) => [field, valueFor(schema, kind, of)]))
  return [required, ...further.map((one) => [...required, one])].map((some) => ({
    named: some.some(({ kind }) => isName(kind)),
    there: inputOf(some, theirs),
    nowhere: inputOf(some, nobodys),
  }))
}

/** Reseller north with its customer north.books (books.example); reseller south with south.tools (tools.example). */
async function world(context: TestContext) {
  const data = mkdtempSync(join(tmpdir(), 'posthorn-wrong-person-'))
  context.after(() => rmSync(data, { recursive: true }))
  const parts = await openParts({ config: loadConfig({ data }), log: silent })
  context.after(() => parts.close())
  const all = operationContext(parts, silent)
  const make = <Name extends OperationName>(name: Name, input: OperationInput<Name>, principal: Principal = all.principal) =>
    runOperation({ ...all, principal }, name, input)
  const ids = new Map<string, number>()
  const accounts = new Map<string, AccountId>()
  for (const [index, name] of ['north', 'south'].entries()) {
    await make('customer.add', { name })
    await make('customer.set', { name, reseller: true })
    ids.set(name, index + 1)
  }
  const person = (customerId: number, role: (typeof roles)[number]): Principal => ({
    kind: 'person',
    personId: 99,
    name: 'p@elsewhere.example',
    customerId,
    role,
  })
  await make('customer.add', { name: 'books' }, person(1, 'owner'))
  await make('customer.add', { name: 'tools' }, person(2, 'owner'))
  const password = 'correct horse battery'
  for (const [domain, customer, people] of [
    ['books.example', 'north.books', ['ann', 'bob', 'reader']],
    ['tools.example', 'south.tools', ['tim']],
  ] as const) {
    await make('domain.add', { domain, customer })
    for (const one of people) accounts.set(one, (await make('mailbox.add', { address: `${one}@${domain}`, password })).accountId as AccountId)
  }
  await make('operator.add', { name: 'admin1' })
  const [books, tools] = [person(3, 'owner'), person(4, 'owner')]
  const [address, other] = ['ann@books.example', 'bob@books.example']
  await make('person.add', { customer: 'north.books', name: 'olga@books.example', role: 'owner', password })
  await make('forward.add', { address: 'sales@books.example', to: [address] }, books)
  await make('list.add', { address: 'readers@books.example', to: [address, other] }, books)
  await make('alias.add', { address: 'anna@books.example', to: [address] }, books)
  await make('app-password.add', { address, name: 'telephone', protocols: ['imap'] }, books)
  await make('mailbox.share', { address, folder: 'INBOX', with: other, rights: 'read' }, books)
  await make('autoresponder.set', { address, text: 'a reader is away' }, books)
  await make('address.change-list', { address, list: 'let-through', add: ['friend-of-books.example'], remove: [] }, books)
  const { edit } = await make('template.add', { name: 'strict', values: { 'spam-level': 'high' } }, books)
  theirs.edit = edit ?? 1
  theirs.job = (await make('bulk.start', { mailboxes: [{ address: 'ben@books.example', password }] }, books)).job
  context.after(() => all.bulk.close())
  const events = ['mailbox.added'] as const
  theirs.webhook = (await make('webhook.add', { url: 'https://hooks.books.example/', events: [...events] }, books)).id
  const journal = new JournalWriter({ database: parts.database, clock: parts.clock, log: silent })
  journal.record({
    ...{ atMs: Date.now(), outcome: 'delivered', queueId: '0D4KX5GH3J01ABCD' as QueueId, clientIp: '192.0.2.1', clientName: undefined, helo: 'books' },
    ...{ sender: 'friend@elsewhere.example', recipient: address, addressId: 1, customerId: 3, accountId: accounts.get('ann'), messageId: undefined },
    ...{ sizeBytes: 1, reply: '250 2.0.0 ok', checks: [] },
  })
  await journal.close()

  await make('template.add', { name: 'basic', values: { 'spam-level': 'low' } })
  await make('person.add', { customer: 'south.tools', name: 'tess@tools.example', role: 'manager', password })
  /** The first customer goes on, and others go on with it. */
  const goesOn = async () => {
    await make('mailbox.add', { address: 'carl@books.example', password }, books)
    await make('domain.add', { domain: 'more-books.example', customer: 'north.books' })
    await make('alias.add', { address: 'carol@books.example', to: ['carl@books.example'] }, books)
    await make('forward.add', { address: 'tim@books.example', to: ['tim@tools.example'] }, books)
    await make('template.add', { name: 'stricter', values: { 'spam-level': 'very-high' } }, books)
    await make('address.set-many', { select: { domains: ['books.example'] }, template: 'basic' }, books)
    await make('address.change-list', { address, list: 'block', add: ['.tools.example'], remove: [] }, books)
    await make('app-password.add', { address, name: 'tablet', protocols: ['imap'] }, books)
    await make('person.add', { customer: 'north.books', name: 'carl@books.example', role: 'helpdesk' }, books)
    await make('token.add', { address, name: 'billing', scopes: ['see'] }, books)
    await make('customer.add', { name: 'more' }, person(1, 'owner'))
    await make('mailbox.lock', { address: other, reason: 'unpaid' })
    await make('template.set', { name: 'basic', values: {}, rename: 'basic' })
    const started = new JournalWriter({ database: parts.database, clock: parts.clock, log: silent })
    const entry = { clientIp: '192.0.2.1', clientName: undefined, helo: 'x', sender: 'tim@tools.example', messageId: undefined, sizeBytes: 1, checks: [] }
    const at = { recipient: address, addressId: 1, customerId: 3, accountId: accounts.get('ann') }
    started.record({ ...entry, ...at, atMs: Date.now(), outcome: 'delivered', queueId: '0D4KX5GH3J01ABCE' as QueueId, reply: '250 2.0.0 ok' })
    await started.close()
  }

  const mailbox = (localPart: string, domain: string, customerId: number): Principal => ({
    ...{ kind: 'mailbox', customerId, address: { localPart, domain }, accountId: accounts.get(localPart) as AccountId },
  })
  const token = { name: 'narrow', allows: [] }
  const wrong: Readonly<Record<string, Principal | undefined>> = {
    nobody: undefined,
    ...Object.fromEntries(roles.map((role) => [`${role} of another customer`, person(4, role)])),
    'owner of another reseller': person(2, 'owner'),
    'a mailbox elsewhere': mailbox('tim', 'tools.example', 4),
    'another mailbox of the domain': mailbox('bob', 'books.example', 3),
    'the owner, by a token that allows nothing': { ...books, token },
    'another’s owner, by a token': { ...tools, token },
  }
  return { all, wrong, owner: books, goesOn }
}

test('every operation as the wrong person', async (context) => {
  const { all, wrong, owner, goesOn } = await world(context)
  const routes = apiRoutes({
    authenticate: async (request) => {
      const who = decodeURIComponent(String(request.headers['x-who']))
      const principal = who === 'the owner' ? owner : wrong[who]
      return principal === undefined ? { problem: { status: 401, title: 'Unauthorized' } } : { caller: { principal } }
    },
    operate: (principal, name, input) => operate({ ...all, principal }, name, input),
    rates: { take: () => unlimited },
  })
  const server = await httpServer([routes], { log: silent })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
  })
  const ask = async (who: string, name: OperationName, input: Input) => {
    const { method, path, body } = restRequest(name, input as never)
    const headers = { 'x-who': encodeURIComponent(who), ...(body !== undefined && { 'content-type': 'application/json' }) }
    const response = await fetch(`http://127.0.0.1:${listener.address.port}${path}`, { method, headers, ...(body !== undefined && { body }) })
    return { status: response.status, text: await response.text() }
  }

  for (const name of Object.keys(contract) as OperationName[]) {
    const requests = requestsFor(name)
    const { may } = access[name]
    const { method } = routeOf(name)
    assert.ok(may === 'operate' || aboutOwn.has(name) || requests.some(({ named }) => named), `${name} is asked for nothing of another's`)
    for (const { named, there, nowhere } of requests) {
      const said = `${name} ${JSON.stringify(there)}`
      // What the wrong ones are not to find is there.
      if (named && method === 'GET' && may !== 'operate' && !saysTooLittle(name, there)) {
        const seen = await ask('the owner', name, there)
        assert.equal(seen.status, 200, `${said}: ${seen.text}`)
      }
      for (const who of Object.keys(wrong)) {
        const [one, other] = [await ask(who, name, there), await ask(who, name, nowhere)]
        if (!named) {
          assert.ok(!tells(one.text), `${who}: ${said}: ${one.text}`)
          continue
        }
        assert.deepEqual(one, { status: other.status, text: asTheirs(other.text) }, `${who}: ${said}`)
        // What is looked for is not found; or they did not say in whose queue.
        const foundNothing = (method === 'GET' || name === 'address.set-many') && one.status === 200 && !tells(one.text)
        const saidTooLittle = one.status === 422 && saysTooLittle(name, there)
        assert.ok([401, 403, 404].includes(one.status) || foundNothing || saidTooLittle, `${who}: ${said}: ${one.status} ${one.text}`)
      }
    }
  }

  // Numbers tell, too: whatever the first customer does, the answers of others stay as they are.
  const answers = async () => {
    const found: Record<string, string> = {}
    for (const name of Object.keys(contract) as OperationName[]) {
      if (routeOf(name).method !== 'GET' || outside.has(name)) continue
      for (const input of ownLooks(name)) {
        for (const who of Object.keys(wrong).filter((one) => one !== 'another mailbox of the domain' && !one.startsWith('the owner'))) {
          const { status, text } = await ask(who, name, input)
          found[`${who}: ${name} ${JSON.stringify(input)}`] = `${status} ${timeless(text)}`
        }
      }
    }
    return found
  }
  const before = await answers()
  const answered = (name: OperationName) => Object.entries(before).some(([asked, text]) => asked.includes(`: ${name} `) && text.startsWith('200 '))
  for (const name of ['address.list', 'statistics.show', 'template.show', 'audit.list', 'customer.list'] as const) assert.ok(answered(name), name)
  await goesOn()
  const after = await answers()
  const changed = Object.keys(before).filter((asked) => before[asked] !== after[asked])
  assert.deepEqual(
    changed.map((asked) => [asked, before[asked], after[asked]]),
    [],
  )
})

/** Answers that depend on the world outside. */
const outside: ReadonlySet<OperationName> = new Set(['domain.dns', 'domain.proof'])

/** Without times. */
function timeless(text: string): string {
  return text.replaceAll(/"\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?"/g, '"now"')
}

/** Does it name what is the first customer's? Who is asking knows their own name. */
function tells(text: string): boolean {
  const others = text.replaceAll(/bob(?:@|%40)books\.example/g, '')
  return secrets.some((secret) => others.includes(secret))
}

/** Not even its owner is answered: whose queue is meant, whose tokens or sessions; operators are nobody's. */
function saysTooLittle(name: OperationName, input: Input): boolean {
  // What is to be set is not said, either.
  if ('operator' in input || name === 'address.set-many') return true
  if ('person' in contract[name].input.shape) return !('person' in input || 'address' in input)
  return access[name].oneOf?.every((field) => input[field] === undefined) === true
}

/** An answer about what is nobody's, as it would be about what is theirs. */
function asTheirs(text: string): string {
  const { selection: _, domains: _domains, ...named } = theirs
  const kinds = Object.keys(named) as (keyof typeof named)[]
  return kinds.reduce((changed, kind) => changed.replaceAll(String(nobodys[kind]), String(named[kind])), text)
}
