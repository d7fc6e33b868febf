import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { FakeEngine } from '../../test/harness/fake-engine.ts'
import { Rspamd, rspamdMissing } from '../../test/harness/rspamd.ts'
import { Spamd, spamdMissing } from '../../test/harness/spamd.ts'
import { silent } from '../base/log.ts'
import type { Piece } from '../content/content.ts'
import { type Dialogue, Engine, type EngineMessage } from './engine.ts'
import { RspamdDialogue } from './rspamd/dialogue.ts'
import { SpamdDialogue } from './spamassassin/dialogue.ts'

const patience = 30_000
const ham = Buffer.from(
  'From: Dora <dora@sender.example>\r\nTo: ann@a.example\r\nSubject: Friday\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n' +
    'Message-ID: <1@sender.example>\r\n\r\nAre you coming on Friday?\r\n',
)
const bare = Buffer.from('Subject: BUY NOW!!!\r\n\r\nxxx\r\n')

function messageOf(octets: readonly Piece[], more: Partial<EngineMessage> = {}): EngineMessage {
  const sizeBytes = octets.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.sizeBytes), 0)
  const client = { ip: '192.0.2.7', port: 25, helo: 'mx.sender.example', protocol: 'ESMTP', tls: undefined }
  const trace = 'Received: from mx.sender.example ([192.0.2.7])\r\n\tby mx.a.example with ESMTP id Q1; Sun, 22 Nov 2026 10:00:01 +0000\r\n'
  const envelope = { reversePath: 'dora@sender.example', recipients: ['ann@a.example', 'bob@a.example'] }
  return { queueId: 'Q1', client, clientName: 'mx.sender.example', ...envelope, trace, sizeBytes, octets, ...more }
}

const rspamd = (url: string) => new Engine(new RspamdDialogue(url), { log: silent })
const spamassassin = (socket: string) => new Engine(new SpamdDialogue(socket), { log: silent })
const namesOf = async (engine: Engine, message: EngineMessage) => (await engine.ask(message, patience)).answer?.tests.map(({ name }) => name) ?? []

for (const [name, missing, start, missingDate] of [
  ['rspamd', rspamdMissing, async () => ((found) => [found, rspamd(found.url)] as const)(await Rspamd.start()), 'MISSING_DATE'],
  ['spamd', spamdMissing, async () => ((found) => [found, spamassassin(found.socket)] as const)(await Spamd.start()), 'MISSING_DATE'],
] as const) {
  test(`Debian’s ${name} has an opinion, goes, and comes back`, { skip: missing }, async () => {
    const [real, engine] = await start()
    await using _ = real
    assert.equal(await engine.ping(patience), undefined)
    const good = await engine.ask(messageOf([ham]), patience)
    assert.ok(good.answer !== undefined && good.answer.score < 5, JSON.stringify(good))
    const found = await namesOf(engine, messageOf([bare]))
    assert.ok(found.includes(missingDate), found.join())

    const folder = await mkdtemp(join(tmpdir(), 'engine-'))
    const path = join(folder, 'message')
    const large = Buffer.concat([bare, Buffer.alloc(300_000, 'a line of text\r\n')])
    await writeFile(path, large)
    assert.ok((await namesOf(engine, messageOf([{ path, sizeBytes: large.length }]))).includes(missingDate), 'from a file')
    await rm(folder, { recursive: true })

    const hostile = {
      reversePath: 'a\r\nPass: all\u0000ü'.repeat(500),
      clientName: 'x\r\ny',
      recipients: Array.from({ length: 5000 }, (_, n) => `r${n}ü@a.example`),
    }
    assert.ok((await engine.ask(messageOf([bare], hostile), patience)).answer !== undefined, 'whatever the envelope is')
    const many = await Promise.all(Array.from({ length: 20 }, () => engine.ask(messageOf([ham]), patience)))
    assert.ok(many.every(({ answer }) => answer !== undefined && answer.score === good.answer?.score))

    await real.daemon.kill()
    const gone = await engine.ask(messageOf([ham]), patience)
    assert.ok(gone.answer === undefined && gone.reason === 'away')
    assert.ok((await engine.ping(patience)) !== undefined)
    await real.daemon.restart()
    assert.ok((await engine.ask(messageOf([ham]), patience)).answer !== undefined, 'it is back')
    real.daemon.pause()
    const stuck = await engine.ask(messageOf([ham]), 300)
    assert.ok(stuck.answer === undefined && stuck.reason === 'too late')
    real.daemon.resume()
    engine.close()
  })
}

test('what rspamd is told', async () => {
  await using fake = await FakeEngine.start((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"score":1}'))
  const engine = rspamd(`http://${fake.address}`)
  assert.deepEqual(await engine.ask(messageOf([ham]), patience), { answer: { score: 1, tests: [] } })
  assert.match(fake.heard, /^POST \/checkv2 HTTP\/1\.1\r\n/)
  for (const field of [
    'Queue-Id: Q1',
    'IP: 192.0.2.7',
    'Helo: mx.sender.example',
    'Hostname: mx.sender.example',
    'From: <dora@sender.example>',
    'Rcpt: ann@a.example',
    'Rcpt: bob@a.example',
  ])
    assert.ok(fake.heard.includes(`${field}\r\n`), field)
  assert.ok(fake.heard.endsWith(`\r\n\r\n${ham.toString('latin1')}`))
  engine.close()
})

test('what spamd is told: client and sender stand above the message, as in a mailbox', async () => {
  await using fake = await FakeEngine.start((socket) => socket.end('SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1.0 / 5.0\r\n\r\n'))
  const engine = spamassassin(fake.address)
  assert.deepEqual(await engine.ask(messageOf([ham]), patience), { answer: { score: 1, tests: [] } })
  const told = `Return-Path: <dora@sender.example>\r\n${messageOf([]).trace}${ham.toString('latin1')}`
  assert.equal(fake.heard, `REPORT SPAMC/1.5\r\nContent-length: ${told.length}\r\n\r\n${told}`)
  engine.close()
})

const endlessly = (socket: { write(text: string): boolean }, start: string) => {
  socket.write(start)
  for (let n = 0; n < 40; n++) socket.write('x'.repeat(100_000))
}
const liars: readonly (readonly [string, (address: string) => Dialogue, (socket: import('node:net').Socket) => void])[] = [
  ...(['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{"sco', 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n', 'SSH-2.0-x\r\n', ''] as const).map(
    (lie) =>
      [
        `rspamd that says ${JSON.stringify(lie)}`,
        (address: string) => new RspamdDialogue(`http://${address}`),
        (socket: import('node:net').Socket) => socket.end(lie),
      ] as const,
  ),
  ['rspamd without end', (address) => new RspamdDialogue(`http://${address}`), (socket) => endlessly(socket, 'HTTP/1.1 200 OK\r\n\r\n')],
  ['rspamd with a header without end', (address) => new RspamdDialogue(`http://${address}`), (socket) => endlessly(socket, 'HTTP/1.1 200 OK\r\nX: ')],
  ...(['SPAMD/1.1 0 EX_OK\r\nSpam: True ; a', 'SPAMD/1.1 74 EX_IOERR\r\n\r\n', ''] as const).map(
    (lie) =>
      [
        `spamd that says ${JSON.stringify(lie)}`,
        (address: string) => new SpamdDialogue(address),
        (socket: import('node:net').Socket) => socket.end(lie),
      ] as const,
  ),
  ['spamd without end', (address) => new SpamdDialogue(address), (socket) => endlessly(socket, 'SPAMD/1.1 0 EX_OK\r\nSpam: True ; 5 / 5\r\n')],
]
for (const [what, dialogue, answer] of liars) {
  test(`no opinion: ${what}`, async () => {
    await using fake = await FakeEngine.start(answer)
    const engine = new Engine(dialogue(fake.address), { log: silent })
    const found = await engine.ask(messageOf([ham]), patience)
    assert.ok(found.answer === undefined && found.reason === 'away', JSON.stringify(found))
    assert.ok((await engine.ping(patience)) !== undefined)
    engine.close()
  })
}

test('one that says nothing is waited for until the deadline, by those too that wait for a turn; then it is left alone', async () => {
  for (const dialogue of [(address: string) => new RspamdDialogue(`http://${address}`), (address: string) => new SpamdDialogue(address)]) {
    const said: string[] = []
    await using fake = await FakeEngine.start()
    const engine = new Engine(dialogue(fake.address), { log: { ...silent, warn: (event) => said.push(event) } })
    const began = performance.now()
    const asking = Array.from({ length: 30 }, () => engine.ask(messageOf([Buffer.alloc(300_000, 'x\r\n')]), 4000))
    await setTimeout(1000)
    assert.equal(fake.connections, 8)
    const found = await Promise.all(asking)
    assert.ok(found.every((each) => each.answer === undefined && each.reason === 'too late'))
    assert.ok(performance.now() - began < 20_000)
    const asked = performance.now()
    assert.ok((await engine.ask(messageOf([ham]), patience)).answer === undefined)
    assert.ok(performance.now() - asked < 5000, 'a message does not wait for it now')
    assert.deepEqual(said, ['engine does not answer: mail is judged without it'])
    engine.close()
  }
})

test('a connection that rspamd closed while it was idle costs a message nothing but another one', async () => {
  let asked = 0
  await using fake = await FakeEngine.start((socket) => {
    asked++
    if (asked === 2) socket.destroy()
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"score":1}')
  })
  const engine = rspamd(`http://${fake.address}`)
  assert.equal((await engine.ask(messageOf([bare]), patience)).answer?.score, 1)
  assert.equal((await engine.ask(messageOf([bare]), patience)).answer?.score, 1)
  assert.equal(fake.connections, 2)
  engine.close()
})

test('what is too large is not asked about', async () => {
  await using fake = await FakeEngine.start()
  const engine = spamassassin(fake.address)
  assert.deepEqual(await engine.ask(messageOf([{ path: '/nowhere', sizeBytes: 600_000 }]), patience), { answer: undefined, reason: 'too large' })
  assert.equal(fake.connections, 0)
  engine.close()
})
