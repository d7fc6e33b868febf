import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at } from '../../../test/harness/directory.ts'
import { recipientOf } from '../../../test/harness/policy.ts'
import { silent } from '../../base/log.ts'
import { type Settings, settingsFrom } from '../../directory/settings.ts'
import { Allowances } from '../../ephemeral/allowances.ts'
import type { Allowance, Entry } from '../../ephemeral/ephemeral.ts'
import type { AccountId, QueueId } from '../../mail/ids.ts'
import type { DsnWish } from '../../mail/outgoing.ts'
import type { SenderAuthentication } from '../../msgauth/authentication.ts'
import type { OutgoingReport } from '../../queue/queue.ts'
import type { AcceptedMessage } from '../delivery.ts'
import { SuccessNotices } from './success-notices.ts'

const success: DsnWish = { notify: ['success'], originalRecipient: 'rfc822;Ann@our.example' }

type Shape = { readonly kind?: 'mailbox' | 'alias' | 'forward' | 'list'; readonly accounts?: readonly number[]; readonly elsewhere?: readonly string[] }

function to(name: string, { kind = 'mailbox', accounts = [10], elsewhere = [] }: Shape = {}, dsn: DsnWish | undefined = success) {
  const address = `${name}@our.example`
  return {
    forwardPath: at(address),
    recipient: recipientOf(address, 5, { kind, accounts, limits: accounts.map(() => 1), elsewhere }),
    checks: [],
    clientName: undefined,
    dsn,
  }
}

function message(recipients: AcceptedMessage['recipients'], other: Partial<AcceptedMessage> = {}): AcceptedMessage {
  return {
    queueId: 'q1' as QueueId,
    client: { ip: '127.0.0.9', port: 1, helo: 'mx.sender.example', protocol: 'ESMTP', tls: undefined },
    reversePath: at('sam@sender.example'),
    recipients,
    received: '',
    octets: [],
    headerSection: Buffer.from('Subject: Lunch\r\n'),
    submittedBy: { accountId: 1 as AccountId, addressId: 1, customerId: 1 },
    ...other,
  }
}

/** What is said of a message: `to: action of recipients`. */
async function told(accepted: AcceptedMessage, settings: Partial<Settings> = {}, times = 1): Promise<string[]> {
  const entries = new Map<string, Entry>()
  const allowances = new Allowances({ read: (key) => entries.get(key), write: (key, entry) => void entries.set(key, entry) })
  const reports: OutgoingReport[] = []
  const order: string[] = []
  const notices = new SuccessNotices({
    hostname: 'mx.our.example',
    settings: () => ({ ...settingsFrom({}), ...settings }),
    ephemeral: { spend: async (wanted: readonly Allowance[], take: boolean) => allowances.spend(wanted, { take, nowMs: 0 }) },
    languageOf: async () => 'de',
    async route(report) {
      reports.push(report)
      return message([])
    },
    commit: async () => void order.push('notice'),
    clock: { now: () => 0 },
    log: silent,
  })
  for (let time = 0; time < times; time += 1) {
    const before = order.length
    await notices.accept(accepted, async () => void order.push('message'))
    assert.equal(order[before], 'message')
  }
  return reports.map(({ to: whom, octets }) => {
    const text = octets.toString()
    const finals = [...text.matchAll(/Final-Recipient: rfc822; (\S+)\r\nAction: (\w+)\r\nStatus: 2\.0\.0\r\n/g)].map(
      ([, address, action]) => `${action} ${address}`,
    )
    return `${whom}: ${finals.join(', ')}`
  })
}

for (const [what, recipients, expected] of [
  ['a mailbox', [to('ann')], ['sam@sender.example: delivered ann@our.example']],
  ['two mailboxes', [to('ann'), to('bob', { accounts: [11] })], ['sam@sender.example: delivered ann@our.example, delivered bob@our.example']],
  ['an alias of several', [to('info', { kind: 'alias', accounts: [10, 11] })], ['sam@sender.example: delivered info@our.example']],
  [
    'a list (RFC 3461 5.2.7.1)',
    [to('team', { kind: 'list', accounts: [10], elsewhere: ['x@away.example'] })],
    ['sam@sender.example: delivered team@our.example'],
  ],
  ['a forward to one: the next server tells (5.2.7.2)', [to('f', { kind: 'forward', accounts: [], elsewhere: ['x@away.example'] })], []],
  [
    'a forward to several (5.2.7.3)',
    [to('f', { kind: 'forward', accounts: [], elsewhere: ['x@away.example', 'y@away.example'] })],
    ['sam@sender.example: expanded f@our.example'],
  ],
  ['a copy here', [to('ann', { elsewhere: ['x@away.example'] })], ['sam@sender.example: expanded ann@our.example']],
  [
    'what is not forwarded after all',
    [{ ...to('ann', { elsewhere: ['x@away.example'] }), fate: { fields: '', edits: [], staysHere: true } }],
    ['sam@sender.example: delivered ann@our.example'],
  ],
  ['who does not wish for it', [to('ann', {}, { notify: ['failure'], originalRecipient: undefined }), { ...to('bob'), dsn: undefined }], []],
] as const) {
  test(`notices of success: ${what}`, async () => assert.deepEqual(await told(message(recipients)), expected))
}

const proven: SenderAuthentication = {
  spf: { result: 'pass', identity: 'mailfrom', domain: 'sender.example' },
  dkim: [],
  dmarc: { result: 'none', domain: '', policy: 'none', recordDomain: undefined, record: undefined, alignedSpf: false, alignedDkim: false },
  arc: { result: 'none', sealers: [] },
  author: { kind: 'none', addresses: [], shown: [], domains: [] },
}
const signed = { result: 'pass', domain: 'sender.example', selector: 's', algorithm: 'rsa-sha256', keyBits: 2048, signatureStart: '' } as const
const byHelo: SenderAuthentication = { ...proven, spf: { ...proven.spf, identity: 'helo' } }
const one = 'sam@sender.example: delivered ann@our.example'

for (const [what, other, settings, expected] of [
  ['whom SPF proves', { authentication: proven }, {}, [one]],
  ['whom a signature of his domain proves', { authentication: { ...byHelo, dkim: [signed] } }, {}, [one]],
  ['whose server alone is proven', { authentication: byHelo }, {}, []],
  ['whom another domain’s signature names', { authentication: { ...byHelo, dkim: [{ ...signed, domain: 'other.example' }] } }, {}, []],
  ['of whom nothing is known', {}, {}, []],
  ['of whom nothing is known, where anybody is told', {}, { 'success-notices.to-others': 'anybody' }, [one]],
  ['where nobody is told', { authentication: proven }, { 'success-notices.to-others': 'nobody' }, []],
  ['who sends from nobody', { authentication: proven, reversePath: null }, {}, []],
  ['who sends spam', { authentication: proven, recipients: [{ ...to('ann'), fate: { fields: '', edits: [], staysHere: true } }] }, {}, []],
] as const) {
  test(`a sender elsewhere ${what}: ${expected.length === 0 ? 'told nothing' : 'told'}`, async () => {
    assert.deepEqual(await told(message([to('ann')], { submittedBy: undefined, ...other }), settings), expected)
  })
}

test('a sender elsewhere is told so often in an hour, and no more; one of ours always', async () => {
  const settings = { 'success-notices.per-hour': 2 }
  assert.equal((await told(message([to('ann')], { submittedBy: undefined, authentication: proven }), settings, 3)).length, 2)
  assert.equal((await told(message([to('ann')]), settings, 3)).length, 3)
})
