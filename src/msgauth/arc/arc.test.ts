import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Zone } from '../../../test/harness/name-server.ts'
import { keyZone, makeKey, sealByOthers } from '../../../test/harness/signed-mail.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import { authenticate } from '../authenticate.ts'
import type { ArcFinding, DmarcResult } from '../authentication.ts'

const list = makeKey('list.example', 'l')
const forwarder = makeKey('forward.example', 'f', 'ed25519')
const zone = keyZone(list, forwarder)

const message = 'From: ann@a.example\r\nTo: bob@b.example\r\nSubject: a line\r\n\r\nHello Bob\r\n'

async function arc(text: string, more: Zone = {}): Promise<ArcFinding> {
  const input = {
    message: [Buffer.from(text, 'latin1')],
    clientIp: '192.0.2.1',
    helo: 'x.example',
    reversePath: null,
    hostName: 'mx.example.org',
    nowMs: Date.now(),
  }
  return (await authenticate(input, zoneDns({ ...zone, ...more }))).arc
}

const seen = (result: DmarcResult) => ({ result, domain: 'a.example' })

const once = await sealByOthers(message, list, { instance: 1, results: 'mx.list.example; spf=pass smtp.mailfrom=a.example; dmarc=pass header.from=a.example' })
const twice = await sealByOthers(`Received: from list by forward; today\r\n${once}`, forwarder, {
  instance: 2,
  results: 'mx.forward.example; dmarc=fail header.from=a.example; arc=pass',
})

test('chains that others sealed', async () => {
  assert.deepEqual(await arc(message), { result: 'none', sealers: [] })
  assert.deepEqual(await arc(once), { result: 'pass', sealers: ['list.example'], dmarcAtSealers: [seen('pass')] })
  assert.deepEqual(await arc(twice), {
    result: 'pass',
    sealers: ['list.example', 'forward.example'],
    dmarcAtSealers: [seen('pass'), seen('fail')],
  })
})

test('what was changed breaks the chain', async () => {
  const cases: readonly [what: string, text: string, reason: string][] = [
    ['body', twice.replace('Hello', 'Hallo'), 'message signature 2: the body was changed'],
    ['header', twice.replace('a line', 'a lie'), 'message signature 2: the header was changed, or the signature is wrong'],
    ['newest results', twice.replace('dmarc=fail', 'dmarc=pass'), 'seal 2: a set was changed, or the seal is wrong'],
    ['oldest results', once.replace('dmarc=pass', 'dmarc=none'), 'seal 1: a set was changed, or the seal is wrong'],
    ['oldest seal left out', withoutField(twice, 'ARC-Seal: i=1'), 'set 1 is not whole'],
    ['newest set left out in part', withoutField(twice, 'ARC-Message-Signature: i=2'), 'set 2 is not whole'],
    ['a set twice', twice.replace('ARC-Seal: i=2', 'ARC-Seal: i=1'), 'two fields of one kind in set 1'],
    ['a gap', twice.replaceAll('i=2', 'i=3'), 'set 2 is not whole'],
    ['no number', twice.replace('ARC-Seal: i=2', 'ARC-Seal: i=0'), 'a field without a number'],
    ['too high a number', twice.replaceAll('i=2', 'i=51'), 'a field without a number'],
    ['cv=fail', twice.replace('cv=pass', 'cv=fail'), 'seal 2 does not say cv=pass'],
    ['cv of the first', once.replace('cv=none', 'cv=pass'), 'seal 1 does not say cv=none'],
  ]
  for (const [what, text, reason] of cases) {
    const finding = await arc(text)
    assert.deepEqual([finding.result, finding.reason], ['fail', reason], what)
  }
})

test('keys that are not there, and a DNS that cannot tell', async () => {
  assert.deepEqual(await arc(once, { 'l._domainkey.list.example': { TXT: ['p='] } }), {
    result: 'fail',
    sealers: ['list.example'],
    reason: 'message signature 1: the key was revoked',
  })
  assert.equal((await arc(once, { 'l._domainkey.list.example': { fault: 'servfail' } })).result, 'temperror')
  // The newest set can be looked at, the oldest seal cannot.
  assert.equal((await arc(twice, { 'l._domainkey.list.example': { fault: 'servfail' } })).reason, 'seal 1: the DNS could not tell the key')
})

test('what a sealer says of DMARC is not read from what others wrote into it', async () => {
  const saying = async (results: string) => (await arc(await sealByOthers(message, list, { instance: 1, results }))).dmarcAtSealers?.[0]
  assert.equal(await saying('mx.list.example; spf=none smtp.mailfrom="x; dmarc=pass"'), undefined)
  assert.deepEqual(await saying('mx.list.example; spf=none (; dmarc=pass) smtp.mailfrom=x.example; dmarc=fail header.from=x.example'), {
    result: 'fail',
    domain: 'x.example',
  })
  assert.deepEqual(await saying('mx.list.example; dmarc=pass (p=none header.from=a.example) header.from=A.example; spf=pass'), seen('pass'))
  assert.deepEqual(await saying('mx.list.example; dmarc=pass; spf=pass header.from=a.example'), { result: 'pass', domain: '' })
  assert.equal(await saying('mx.list.example; none'), undefined)
})

/** Without the field that begins so. */
function withoutField(text: string, beginning: string): string {
  const start = text.indexOf(beginning)
  assert.ok(start >= 0)
  const end = text.slice(start).search(/\r\n(?![ \t])/) + start + 2
  return text.slice(0, start) + text.slice(end)
}
