import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Clamd as RealClamd, clamdMissing, eicar, FakeClamd, zip } from '../../test/harness/clamd.ts'
import { silent } from '../base/log.ts'
import { Clamd } from './clamd.ts'

const patience = 30_000

test('what Debian’s clamd finds', { skip: clamdMissing }, async () => {
  await using real = await RealClamd.start()
  const clamd = new Clamd({ socket: real.socket, log: silent })
  const scan = async (...octets: Uint8Array[]) => {
    const { reason, detail } = await clamd.scan(octets, patience)
    return detail === undefined ? reason : `${reason}: ${detail}`
  }
  const found = 'virus: Eicar-Test-Signature.UNOFFICIAL'
  const mail = (type: string, body: string) => Buffer.from(`From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`)
  const inBase64 = (octets: Uint8Array) =>
    mail('application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64', Buffer.from(octets).toString('base64').replace(/.{76}/g, '$&\r\n'))

  assert.equal(await scan(Buffer.from('From: a@b.example\r\n\r\nHello.\r\n')), 'clean')
  assert.equal(await scan(Buffer.from(eicar)), found)
  assert.equal(await scan(Buffer.from(eicar.slice(0, 30)), Buffer.from(eicar.slice(30))), found, 'in pieces')
  assert.equal(await scan(), 'clean', 'nothing at all')
  assert.equal(await scan(inBase64(Buffer.from(eicar))), found)
  assert.equal(await scan(inBase64(zip('b.zip', zip('eicar.com', Buffer.from(eicar))))), found, 'a zip in a zip')
  assert.match(await scan(inBase64(zip('a.txt', Buffer.from('secret'), { encrypted: true }))), /^encrypted archive: Heuristics\.Encrypted/)
  const bomb = Array.from({ length: 8 }).reduce((inner: Buffer) => zip('a.zip', inner), Buffer.from('Hello.'))
  assert.match(await scan(inBase64(bomb)), /^beyond limits: Heuristics\.Limits\.Exceeded/)
  assert.equal(await scan(Buffer.alloc(5_000_000, 'x\r\n')), 'too large')
  assert.equal(await scan(Buffer.from('Hello.')), 'clean', 'after a connection that clamd closed')

  const path = join(dirname(real.socket), 'message')
  await writeFile(path, Buffer.concat([Buffer.alloc(1_000_000, 'x\r\n'), Buffer.from(eicar)]))
  assert.equal((await clamd.scan([{ path, sizeBytes: 1_000_068 }], patience)).reason, 'virus', 'from a file')
  await writeFile(path, Buffer.alloc(5_000_000, 'x\r\n'))
  for (let n = 0; n < 20; n++) assert.equal((await clamd.scan([{ path, sizeBytes: 5_000_000 }], patience)).reason, 'too large', 'from a file')

  const many = await Promise.all(Array.from({ length: 100 }, (_, n) => scan(Buffer.from(n % 10 === 0 ? eicar : `Hello ${n}`))))
  assert.equal(many.filter((each) => each === found).length, 10)
  assert.equal(many.filter((each) => each === 'clean').length, 90)

  await real.kill()
  assert.match(await scan(Buffer.from('Hello.')), /^away: /)
  await real.run()
  assert.equal(await scan(Buffer.from('Hello.')), 'clean', 'clamd is back')
  clamd.close()
})

test('a clamd that says nothing is waited for until the deadline, by those too that wait for a connection', async () => {
  await using fake = await FakeClamd.start()
  const clamd = new Clamd({ socket: fake.socket, log: silent })
  const began = performance.now()
  const scans = Array.from({ length: 30 }, () => clamd.scan([Buffer.alloc(300_000)], 1000))
  await setTimeout(500)
  assert.equal(fake.connections, 8)
  const found = await Promise.all(scans)
  assert.deepEqual(new Set(found.map(({ reason }) => reason)), new Set(['too late']))
  assert.ok(performance.now() - began < 10_000)
  clamd.close()
})

for (const [what, answer, reason] of [
  ['closes at once', '', 'away'],
  ['answers something else', '1: UNKNOWN COMMAND\0', 'away'],
  ['answers without end', 'x'.repeat(10_000), 'away'],
  ['says OK twice', '1: stream: OK\x001: stream: OK\0', 'clean'],
] as const) {
  test(`a clamd that ${what}`, async () => {
    await using fake = await FakeClamd.start((socket, heard) => {
      if (heard.includes('INSTREAM')) socket.end(answer)
    })
    const clamd = new Clamd({ socket: fake.socket, log: silent })
    assert.equal((await clamd.scan([Buffer.from('Hello.')], patience)).reason, reason)
    clamd.close()
  })
}

test('a session that clamd closed while it was idle costs a message nothing but another connection', async () => {
  let scans = 0
  await using fake = await FakeClamd.start((socket, heard) => {
    if (!heard.includes('INSTREAM')) return
    scans++
    // The second message on a connection finds it closed.
    if (scans === 2) socket.destroy()
    else socket.write('1: stream: OK\0')
  })
  const clamd = new Clamd({ socket: fake.socket, log: silent })
  assert.equal((await clamd.scan([Buffer.from('one')], patience)).reason, 'clean')
  assert.equal((await clamd.scan([Buffer.from('two')], patience)).reason, 'clean')
  assert.equal(fake.connections, 2)
  clamd.close()
})
