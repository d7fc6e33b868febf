import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at } from '../../test/harness/directory.ts'
import { recipientOf } from '../../test/harness/policy.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import type { DsnWish } from '../mail/outgoing.ts'
import type { AcceptedMessage, Fate } from './delivery.ts'
import { forward, type ForwardingOptions } from './forwarding.ts'
import { ListAddresses } from './list-addresses.ts'
import { ReturnPaths } from './return-paths.ts'

const received = 'From: Ann <ann@sender.example>\r\nSubject: x\r\n\r\nHello\r\n'
const forwarding: ForwardingOptions = {
  listAddresses: new ListAddresses(Buffer.from('secret')),
  unsubscribePage: (by) => `https://mx.our.example/unsubscribe/${by.localPart}@${by.domain}`,
  returnPaths: new ReturnPaths(Buffer.from('secret'), { now: () => 1_790_000_000_000 }),
  isOurs: async (domain) => domain.endsWith('our.example'),
  seal: async ({ fields }, { domain, signs }) => `ARC-Seal: ${domain}, ${fields.length} fields${signs ? ', signed' : ''}\r\n`,
}

async function forwarded(accepted: AcceptedMessage) {
  return (await forward(accepted, forwarding)).outgoing ?? []
}

function message(recipients: AcceptedMessage['recipients'], other: Partial<AcceptedMessage> = {}): AcceptedMessage {
  return {
    queueId: 'q1' as QueueId,
    client: { ip: '127.0.0.9', port: 1, helo: 'mx.sender.example', protocol: 'ESMTP', tls: undefined },
    reversePath: at('ann@sender.example'),
    recipients,
    received: 'Received: from mx.sender.example\r\n',
    octets: [Buffer.from(received)],
    ...other,
  }
}

function to(name: string, elsewhere: readonly string[], kind: 'forward' | 'list' | 'mailbox' = 'forward', fate?: Fate): AcceptedMessage['recipients'][number] {
  const address = `${name}@our.example`
  return { forwardPath: at(address), recipient: recipientOf(address, 5, { kind, limits: [], elsewhere }), checks: [], clientName: undefined, fate }
}

test('a forward: the octets as they came, sealed, with a reverse-path of ours (SPEC A13)', async () => {
  const [form, ...others] = await forwarded(message([to('f', ['x@away.example'])]))
  assert.equal(others.length, 0)
  const { reversePath = '', ...rest } = form ?? {}
  assert.match(reversePath, /^SRS0=[a-z2-7]{8}=[a-z2-7]{2}=sender\.example=ann@our\.example$/)
  assert.deepEqual(rest, {
    kind: 'forwarded',
    class: 'forwarded',
    originator: { accountId: undefined, addressId: 5, customerId: 7 },
    recipients: [{ address: 'x@away.example' }],
    utf8: false,
    eightBit: false,
    requireTls: false,
    priority: 0,
    ret: undefined,
    envelopeId: undefined,
    fields: 'ARC-Seal: our.example, 4 fields\r\nDelivered-To: f@our.example\r\nReceived: from mx.sender.example\r\n',
    edits: [],
  })
})

for (const [sender, expected] of [
  [undefined, /^$/],
  ['bob@mail.our.example', /^bob@mail\.our\.example$/],
  ['SRS0=aaaaaaaa=bb=first.example=eve@second.example', /^SRS1=[a-z2-7]{8}=second\.example==aaaaaaaa=bb=first\.example=eve@our\.example$/],
  [`${'a'.repeat(60)}@sender.example`, /^a{60}@sender\.example$/],
] as const) {
  test(`reverse-path of a forward: ${sender ?? '<>'}`, async () => {
    const [form] = await forwarded(message([to('f', ['x@away.example'])], { reversePath: sender === undefined ? null : at(sender) }))
    assert.match(form?.reversePath ?? 'none', expected)
  })
}

test('whom several addresses lead to gets it once, and what stays here goes to nobody', async () => {
  const stays: Fate = { folder: 'spam', fields: '', edits: [], staysHere: true }
  const forms = await forwarded(
    message([
      to('f', ['x@away.example']),
      to('g', ['X@away.example']),
      to('all', ['y@away.example', 'x@away.example'], 'list'),
      to('ann', ['z@away.example'], 'mailbox', stays),
    ]),
  )
  assert.deepEqual(
    forms.map(({ kind, class: relayClass, recipients }) => [kind, relayClass, recipients.map(({ address }) => address)]),
    [
      ['forwarded', 'forwarded', ['x@away.example']],
      ['list', 'bulk', ['y@away.example']],
    ],
  )
  assert.deepEqual(await forwarded(message([to('ann', [], 'mailbox')])), [])
})

test('what the other side must know of the text: 8BITMIME, SMTPUTF8', async () => {
  const client = { ip: '127.0.0.9', port: 1, helo: 'x', protocol: 'UTF8SMTP', tls: undefined } as const
  const eight = [Buffer.from('Subject: x\r\n\r\n'), Buffer.from('Grüße\r\n')]
  const shown = async (other: Partial<AcceptedMessage>, target = 'x@away.example') => {
    const [form] = await forwarded(message([to('f', [target])], other))
    return [form?.eightBit, form?.utf8]
  }
  assert.deepEqual(await shown({ octets: eight }), [true, false])
  assert.deepEqual(await shown({ octets: eight, client }), [true, true])
  assert.deepEqual(await shown({ client }), [false, false])
  assert.deepEqual(await shown({ client }, 'jörg@away.example'), [false, true])
})

const notices: readonly (readonly [what: string, recipient: ReturnType<typeof to>, notify: DsnWish['notify'], expected: unknown])[] = [
  ['to one address, all of it (RFC 3461 5.2.7.2)', to('f', ['x@away.example']), ['success', 'failure'], ['success', 'failure']],
  ['to several, all but success (5.2.7.3)', to('f', ['x@away.example', 'y@away.example']), ['success', 'failure'], ['failure']],
  ['to several, of success nothing is left', to('f', ['x@away.example', 'y@away.example']), ['success'], 'never'],
  ['to several, never', to('f', ['x@away.example', 'y@away.example']), 'never', 'never'],
  ['to one address, where nothing was said', to('f', ['x@away.example']), undefined, undefined],
  ['with a copy here: two addresses', to('ann', ['x@away.example'], 'mailbox'), ['success', 'delay'], ['delay']],
]

for (const [what, recipient, notify, expected] of notices) {
  test(`what the sender wishes to be told is passed on by a forward ${what}`, async () => {
    const [own] = recipient.recipient.kind === 'mailbox' ? recipientOf('ann@our.example', 5, { accounts: [10] }).targets : []
    const at = { ...recipient, recipient: { ...recipient.recipient, targets: own === undefined ? [] : [own] } }
    const wishes = { ret: 'full', envelopeId: 'e1', requireTls: false } as const
    const [form] = await forwarded(message([{ ...at, dsn: { notify, originalRecipient: 'rfc822;F@our.example' } }], { wishes }))
    assert.deepEqual([form?.ret, form?.envelopeId, form?.recipients[0]?.dsn], ['full', 'e1', { notify: expected, originalRecipient: 'rfc822;F@our.example' }])
  })
}

test('by a list nothing of what the sender wishes to be told is passed on (RFC 3461 5.2.7.1), but that it must not go in the clear (RFC 8689 6)', async () => {
  const one = { ...to('team', ['x@away.example'], 'list'), dsn: { notify: ['success'], originalRecipient: undefined } } as const
  const [form] = await forwarded(message([one], { wishes: { ret: 'full', envelopeId: 'e1', requireTls: true } }))
  assert.deepEqual([form?.ret, form?.envelopeId, form?.recipients], [undefined, undefined, [{ address: 'x@away.example' }]])
  assert.equal(form?.requireTls, true)
})

test('TLS-Required: No goes with what is forwarded, unless REQUIRETLS was said (RFC 8689 4.1)', async () => {
  const headerSection = Buffer.from('TLS-Required: No\r\n')
  const shown = async (requireTls: boolean) => {
    const [form] = await forwarded(message([to('f', ['x@away.example'])], { headerSection, wishes: { requireTls } }))
    return [form?.tlsOptional, form?.requireTls]
  }
  assert.deepEqual(
    [await shown(false), await shown(true)],
    [
      [true, false],
      [undefined, true],
    ],
  )
})

test('a list: each member has the octets as they came, with fields of his own to leave it (RFC 2369, 2919, 8058)', async () => {
  const recipient = {
    ...recipientOf('team@our.example', 5, { kind: 'list', accounts: [10], elsewhere: ['x@away.example', 'y@away.example'] }),
    members: {
      here: new Map([[10 as AccountId, 'h3']]),
      elsewhere: new Map([
        ['x@away.example', 'e1'],
        ['y@away.example', 'h4'],
      ]),
    },
  }
  const one = { forwardPath: at('team@our.example'), recipient, checks: [], clientName: undefined, fate: { fields: 'X-Ours: 1\r\n', edits: [] } }
  const { outgoing = [], recipients } = await forward(message([one]), forwarding)
  for (const [number, [address, member]] of [
    ['x@away.example', 'e1'],
    ['y@away.example', 'h4'],
  ].entries()) {
    const form = outgoing[number]
    assert.deepEqual(form?.recipients, [{ address }])
    assert.match(form.reversePath, new RegExp(`^team-bounces\\+${member}-[a-z2-7]{16}@our\\.example$`))
    const unsubscribe = `team-unsubscribe\\+${member}-[a-z2-7]{16}@our\\.example`
    const mailto = unsubscribe.replace('\\+', '%2B')
    const page = `https://mx\\.our\\.example/unsubscribe/${unsubscribe}`
    assert.match(
      form.fields,
      new RegExp(
        [
          '^ARC-Seal: our\\.example, 9 fields, signed',
          'Delivered-To: team@our\\.example',
          'List-Id: <team\\.our\\.example>',
          'List-Post: <mailto:team@our\\.example>',
          'Precedence: list',
          `List-Unsubscribe: <mailto:${mailto}\\?subject=unsubscribe>,`,
          ` <${page}>`,
          'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
          'Received: from mx\\.sender\\.example\r\n$',
        ].join('\r\n'),
      ),
    )
  }
  const [fate] = recipients.map((each) => each.fate)
  assert.match(fate?.fields ?? '', /^X-Ours: 1\r\nList-Id: /)
  assert.match(fate?.ownFields?.get(10 as AccountId) ?? '', /^List-Unsubscribe: <mailto:team-unsubscribe%2Bh3-/)
})

test('a notice to a list goes on without a reverse-path', async () => {
  const recipient = {
    ...recipientOf('team@our.example', 5, { kind: 'list', elsewhere: ['x@away.example'] }),
    members: { here: new Map(), elsewhere: new Map([['x@away.example', 'e1']]) },
  }
  const one = { forwardPath: at('team@our.example'), recipient, checks: [], clientName: undefined }
  assert.deepEqual(
    (await forwarded(message([one], { reversePath: null }))).map(({ reversePath }) => reversePath),
    [''],
  )
})

test('what people of ours send is forwarded as it leaves, and signed for its author', async () => {
  const edits = [{ at: 0, cut: 5, insert: 'X' }]
  const [form] = await forwarded(message([to('f', ['x@away.example'])], { edits, authorDomain: 'author.our.example' }))
  assert.match(form?.fields ?? '', /^ARC-Seal: author\.our\.example, \d+ fields, signed\r\n/)
  assert.equal(form?.edits, edits)
})
