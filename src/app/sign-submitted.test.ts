import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import type { AcceptedMessage, OutgoingForm } from '../delivery/delivery.ts'
import { edited } from '../delivery/edits.ts'
import type { QueueId } from '../mail/ids.ts'
import { authenticate } from '../msgauth/authenticate.ts'
import { dkimSignatures } from '../msgauth/dkim/sign.ts'
import type { Signing } from '../signing/signer.ts'
import { signSubmitted } from './sign-submitted.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const published = publicKey.export({ format: 'jwk' }).x ?? ''
const zone = { 's._domainkey.a.example': { TXT: [`v=DKIM1; k=ed25519; p=${Buffer.from(published, 'base64url').toString('base64')}`] } }

const signing: Signing = {
  signs: async () => true,
  sign: (message, domain) => dkimSignatures(message, [{ domain, selector: 's', privateKey }], Date.now()),
  seal: async () => '',
}

test('what somebody here sends is signed as it leaves, for the domain of its author, by a forward or list of ours, too', async () => {
  const octets = Buffer.from('Bcc: x@b.example\r\nFrom: ann@a.example\r\nSubject: x\r\n\r\nHello\r\n')
  const edits = [
    { at: 0, cut: 0, insert: 'Date: Sun, 22 Nov 2026 14:00:00 +0000\r\n' },
    { at: 0, cut: 18, insert: '' },
  ]
  const envelope = { reversePath: '', recipients: [], utf8: false, eightBit: false, requireTls: false, priority: 0 }
  const originator = { accountId: undefined, addressId: 1, customerId: 1 }
  const form = (kind: OutgoingForm['kind'], fields: string): OutgoingForm => ({ kind, class: 'paid', originator, ...envelope, fields, edits })
  const byList = 'ARC-Seal: x\r\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=a.example; s=s; t=1;\r\n b=\r\n'
  const message: AcceptedMessage = {
    queueId: 'Q1' as QueueId,
    client: { ip: '127.0.0.1', port: 1, helo: 'laptop', protocol: 'ESMTPSA', tls: undefined },
    reversePath: null,
    recipients: [],
    received: '',
    octets: [octets],
    edits,
    authorDomain: 'a.example',
    outgoing: [
      form('submitted', 'X-Posthorn-Report: v1\r\n'),
      form('list', 'List-Unsubscribe: <mailto:u@a.example>\r\n'),
      form('list', byList),
      form('submitted', 'X-Posthorn-Report: v1\r\n'),
    ],
  }
  const { outgoing = [] } = await signSubmitted(message, signing)
  assert.match(outgoing[0]?.fields ?? '', /^DKIM-Signature: (?:.*\r\n[ \t])*.*\r\nX-Posthorn-Report: v1\r\n$/)
  assert.equal(outgoing[3]?.fields, outgoing[0]?.fields)
  assert.equal(outgoing[2]?.fields, byList, 'signed for that domain already')
  for (const { fields } of outgoing.slice(0, 2)) {
    const leaves = [Buffer.from(fields)]
    for await (const piece of edited([octets], edits)) leaves.push(Buffer.from(piece))
    const input = { message: leaves, clientIp: '192.0.2.1', helo: 'mx.a.example', reversePath: null, hostName: 'mx.b.example', nowMs: Date.now() }
    const { dkim } = await authenticate(input, zoneDns(zone))
    assert.deepEqual(
      dkim.map(({ result, domain }) => [result, domain]),
      [['pass', 'a.example']],
    )
  }
  assert.equal((await signSubmitted({ ...message, authorDomain: undefined }, signing)).outgoing, message.outgoing, 'nothing that came from outside')
})

test('what nobody can sign is not read', async () => {
  const octets = {
    sizeBytes: 5,
    read: () => assert.fail('it was read'),
  }
  const message = { octets: [octets], edits: [], authorDomain: 'a.example', outgoing: [{ fields: '' }] } as unknown as AcceptedMessage
  assert.equal(await signSubmitted(message, { ...signing, signs: async () => false }), message)
})
