import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { at } from '../../test/harness/directory.ts'
import { recipientOf } from '../../test/harness/policy.ts'
import type { QueueId } from '../mail/ids.ts'
import type { AcceptedMessage, Fate } from './delivery.ts'
import { type Forwarding, forwarded } from './forwarding.ts'
import { ReturnPaths } from './return-paths.ts'

const received = 'From: Ann <ann@sender.example>\r\nSubject: x\r\n\r\nHello\r\n'
const forwarding: Forwarding = {
  returnPaths: new ReturnPaths(Buffer.from('secret'), { now: () => 1_790_000_000_000 }),
  isOurs: async (domain) => domain.endsWith('our.example'),
  seal: async (octets, domain) => `ARC-Seal: ${domain}, ${(await text(octets)).split('\r\n').length - 1} lines\r\n`,
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
  const [form, ...others] = await forwarded(message([to('f', ['x@away.example'])]), forwarding)
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
    fields: 'ARC-Seal: our.example, 6 lines\r\nDelivered-To: f@our.example\r\nReceived: from mx.sender.example\r\n',
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
    const [form] = await forwarded(message([to('f', ['x@away.example'])], { reversePath: sender === undefined ? null : at(sender) }), forwarding)
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
    forwarding,
  )
  assert.deepEqual(
    forms.map(({ kind, class: relayClass, recipients }) => [kind, relayClass, recipients.map(({ address }) => address)]),
    [
      ['forwarded', 'forwarded', ['x@away.example']],
      ['list', 'bulk', ['y@away.example']],
    ],
  )
  assert.deepEqual(await forwarded(message([to('ann', [], 'mailbox')]), forwarding), [])
})

test('what the other side must know of the text: 8BITMIME, SMTPUTF8', async () => {
  const client = { ip: '127.0.0.9', port: 1, helo: 'x', protocol: 'UTF8SMTP', tls: undefined } as const
  const eight = [Buffer.from('Subject: x\r\n\r\n'), Buffer.from('Grüße\r\n')]
  const shown = async (other: Partial<AcceptedMessage>, target = 'x@away.example') => {
    const [form] = await forwarded(message([to('f', [target])], other), forwarding)
    return [form?.eightBit, form?.utf8]
  }
  assert.deepEqual(await shown({ octets: eight }), [true, false])
  assert.deepEqual(await shown({ octets: eight, client }), [true, true])
  assert.deepEqual(await shown({ client }), [false, false])
  assert.deepEqual(await shown({ client }, 'jörg@away.example'), [false, true])
})
