import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../../base/clock.ts'
import { QueueIds } from '../../mail/queue-id.ts'
import { Body } from './body.ts'
import { Draft } from './draft.ts'
import { defaultLimits } from './limits.ts'
import { Spool } from './spool.ts'

const queueIds = new QueueIds(systemClock)

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'posthorn-spool-'))
  t.after(() => rm(path, { recursive: true }))
  return path
}

test('what a dead process left in the spool folder is removed, other files stay', async (t) => {
  const path = await folder(t)
  await writeFile(join(path, `${queueIds.next()}.spool`), 'half a message')
  await writeFile(join(path, 'README'), 'not ours')
  await Spool.open(path)
  assert.deepEqual(await readdir(path), ['README'])
})

test('a body in memory: short pieces are gathered, and nothing is lost', async (t) => {
  const body = new Body(await Spool.open(await folder(t)), queueIds.next())
  let expected = ''
  for (let i = 0; i < 40_000; i++) {
    const piece = `${i % 7}`
    expected += piece
    assert.equal(body.add(Buffer.from(piece)), undefined)
  }
  const pieces = await body.finish()
  assert.ok(pieces.length < 10, `${pieces.length} pieces`)
  assert.equal(Buffer.concat(pieces as Uint8Array[]).toString(), expected)
})

test('a body past 256 kB: a file, the header section at hand, memory given back', async (t) => {
  const path = await folder(t)
  const spool = await Spool.open(path)
  const body = new Body(spool, queueIds.next())
  const header = Buffer.from(`X: ${'h'.repeat(400)}\r\n`.repeat(1000))
  const text = Buffer.alloc(300_000, 'b')
  for (let i = 0; i < header.length; i += 5_000) await body.add(header.subarray(i, i + 5_000))
  await body.add(Buffer.from('\r\n'))
  await body.add(text)
  assert.ok((await body.header(header.length)).equals(header))
  const [piece, ...others] = await body.finish()
  assert.ok(piece !== undefined && 'path' in piece && others.length === 0)
  assert.equal(piece.sizeBytes, header.length + 2 + text.length)
  assert.ok((await readFile(piece.path)).equals(Buffer.concat([header, Buffer.from('\r\n'), text])))
  await body.discard()
  assert.equal(spool.heldInMemory, 0)
  assert.deepEqual(await readdir(path), [])
})

test('header sections without end: they go to disk like the rest', async (t) => {
  const spool = await Spool.open(await folder(t))
  const bodies = Array.from({ length: 100 }, () => new Body(spool, queueIds.next()))
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().arrayBuffers
  for (const body of bodies) for (let i = 0; i < 15; i++) await body.add(Buffer.alloc(65_536, 'h'))
  collect()
  const held = process.memoryUsage().arrayBuffers - before
  assert.ok(held < 64 * 1024 * 1024, `${held} octets are held`)
  assert.ok((await bodies[0]?.header(-1))?.equals(Buffer.alloc(15 * 65_536, 'h')))
  for (const body of bodies) await body.discard()
})

test('many small bodies: past what all may hold together they go to disk', async (t) => {
  const path = await folder(t)
  const spool = await Spool.open(path)
  const bodies = Array.from({ length: 400 }, () => new Body(spool, queueIds.next()))
  for (const body of bodies) await body.add(Buffer.alloc(200_000))
  assert.ok(spool.heldInMemory <= 64 * 1024 * 1024 + 200_000, `${spool.heldInMemory} octets are held`)
  assert.ok((await readdir(path)).length > 0)
  for (const body of bodies) await body.discard()
  assert.equal(spool.heldInMemory, 0)
  assert.deepEqual(await readdir(path), [])
})

test('memory that only the message is in is given back at once; what holds the next command is not', async (t) => {
  const spool = await Spool.open(await folder(t))
  const draft = () => new Draft({ spool, queueId: queueIds.next(), limits: defaultLimits, maxMessageBytes: 1e6, stuffed: true })
  const piece = (text: string) => {
    const octets = Buffer.allocUnsafeSlow(text.length)
    octets.write(text)
    return octets
  }
  const line = `${'x'.repeat(70)}\r\n`
  const cases: readonly [text: string, givenBack: boolean][] = [
    [`a: b\r\n\r\n${line.repeat(500)}.\r\n`, true],
    [`a: b\r\n\r\n${line.repeat(500)}`, true],
    [`a: b\r\n\r\n${line.repeat(500)}.\r\nQUIT\r\n`, false],
    // Not worth it.
    [`a: b\r\n\r\n${line}.\r\n`, false],
  ]
  for (const [text, givenBack] of cases) {
    const octets = piece(text)
    const one = draft()
    await one.take(octets)
    const kept = Buffer.concat((await one.pieces()) as Uint8Array[]).toString()
    assert.ok(kept.startsWith('a: b\r\n\r\nxxx') && kept.endsWith('xxx\r\n'))
    await one.discard()
    assert.equal(octets.length === 0, givenBack, text.slice(-20))
  }
  const shared = piece(`QUIT\r\n${line.repeat(500)}`)
  const one = draft()
  await one.take(shared.subarray(6))
  await one.discard()
  assert.equal(shared.length, 6 + line.length * 500)
})
