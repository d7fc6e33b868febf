import assert from 'node:assert/strict'
import test from 'node:test'
import { authenticate as authenticateByOthers } from 'mailauth'
import type { Zone } from '../../../test/harness/name-server.ts'
import { keyZone, makeKey, sealByOthers, type SigningKey } from '../../../test/harness/signed-mail.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import { authenticate } from '../authenticate.ts'
import type { DmarcResult } from '../authentication.ts'
import { MessageToSign } from '../dkim/message-to-sign.ts'
import { dkimSignatures } from '../dkim/sign.ts'
import { arcSet } from './seal.ts'

const author = makeKey('a.example', 'r1')
const list = makeKey('list.example', 'l')
const forwarder = makeKey('forward.example', 'f', 'ed25519')
const last = makeKey('last.example', 'z')
const zone: Zone = { ...keyZone(author, list, forwarder, last), '_dmarc.a.example': { TXT: ['v=DMARC1; p=reject'] } }
const dns = zoneDns(zone)
const nowMs = Date.now()

const plain = 'From: ann@a.example\r\nTo: bob@b.example\r\nSubject: a line\r\n\r\nHello Bob\r\n'
const message = (await dkimSignatures(await read(plain), [author], nowMs)) + plain

function read(text: string): Promise<MessageToSign> {
  return MessageToSign.read([Buffer.from(text, 'latin1')])
}

function authenticated(text: string) {
  const input = { clientIp: '192.0.2.1', helo: 'x.example', reversePath: null, hostName: 'mx.example.org', nowMs }
  return authenticate({ ...input, message: [Buffer.from(text, 'latin1')] }, dns)
}

/** As a hop does it: what came in is looked at, changed, and sealed as it goes out. */
async function handOn(text: string, key: SigningKey, change: (text: string) => string = (same) => same): Promise<string> {
  const found = await authenticated(text)
  const changed = `Received: by ${key.domain}; today\r\n${change(text)}`
  return (await arcSet(await read(changed), { key, authservId: `mx.${key.domain}`, found, nowMs })) + changed
}

async function others(text: string): Promise<string> {
  const resolver = async (name: string, type: string) => {
    const answer = await dns.lookup(name, type as 'TXT')
    if (answer.status === 'found') return answer.records.map((record) => [record])
    throw Object.assign(new Error(answer.status), { code: 'ENOTFOUND' })
  }
  const { arc } = await authenticateByOthers(Buffer.from(text, 'latin1'), { ip: '127.0.0.1', helo: 'x', mta: 'mx', sender: 'ann@a.example', resolver })
  return arc === false ? 'none' : `${arc.status.result} ${arc.i}`
}

const seen = (result: DmarcResult) => ({ result, domain: 'a.example' })
const footer = (text: string) => `${text}-- \r\nthe list\r\n`

test('a chain of several hops, each of which changes the message, holds by our verifier and by another (RFC 8617 5)', async () => {
  const once = await handOn(message, list, footer)
  const found = await authenticated(once)
  assert.deepEqual(found.arc, { result: 'pass', sealers: ['list.example'], dmarcAtSealers: [seen('pass')] })
  assert.deepEqual([found.dmarc.result, await others(once)], ['fail', 'pass 1'])

  const twice = await handOn(once, forwarder, (text) => text.replace('a line', '[x] a line'))
  assert.deepEqual((await authenticated(twice)).arc, {
    result: 'pass',
    sealers: ['list.example', 'forward.example'],
    dmarcAtSealers: [seen('pass'), seen('fail')],
  })

  const thrice = await handOn(twice, last)
  assert.deepEqual((await authenticated(thrice)).arc.sealers, ['list.example', 'forward.example', 'last.example'])
  assert.equal((await authenticated(thrice)).arc.result, 'pass')
  assert.match(thrice, /^ARC-Seal: i=3; a=rsa-sha256; t=\d+; cv=pass;\r\n/)
  assert.match(thrice, /^ARC-Authentication-Results: i=2; mx\.forward\.example;\r\n\tspf=[^]*?\tarc=pass\r\n/m)
  for (const line of thrice.split('\r\n')) assert.ok(line.length <= 78, line)
})

test('a set of ours follows those of others, and theirs follow ours', async () => {
  const theirs = await sealByOthers(message, list, { instance: 1, results: 'mx.list.example; dmarc=pass header.from=a.example' })
  const ours = await handOn(theirs, last)
  assert.deepEqual([(await authenticated(ours)).arc.result, await others(ours)], ['pass', 'pass 2'])
  const again = await sealByOthers(ours, list, { instance: 3, results: 'mx.list.example; arc=pass' })
  assert.deepEqual([(await authenticated(again)).arc.result, await others(again)], ['pass', 'pass 3'])
})

test('a chain that was broken is sealed as broken, once (RFC 8617 5.1.2)', async () => {
  const broken = footer(await handOn(message, list))
  const sealed = await handOn(broken, last)
  assert.match(sealed, /^ARC-Seal: i=2; a=rsa-sha256; t=\d+; cv=fail;\r\n/)
  const { arc } = await authenticated(sealed)
  assert.deepEqual([arc.result, arc.reason], ['fail', 'seal 2 does not say cv=pass'])
  assert.doesNotMatch(await others(sealed), /^pass/)
  assert.match(await handOn(sealed, last), /^Received: /, 'no third set')
})

test('no set where nobody could tell whether the chain holds, and none past fifty (RFC 8617 4.2.1, 5.1)', async () => {
  const once = await handOn(message, list)
  const found = await authenticated(once)
  const sealing = { key: last, authservId: 'mx.last.example', found, nowMs }
  assert.equal(await arcSet(await read(once), { ...sealing, found: { ...found, arc: { result: 'temperror', sealers: [] } } }), '')
  const numbered = (instance: number) => read(once.replaceAll(' i=1;', ` i=${instance};`))
  assert.match(await arcSet(await numbered(49), sealing), /^ARC-Seal: i=50;/)
  assert.equal(await arcSet(await numbered(50), sealing), '')
})
