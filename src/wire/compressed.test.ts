import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDeflateRaw, createInflateRaw, inflateRawSync } from 'node:zlib'
import { listen } from './listen.ts'
import type { Peer } from './peer.ts'

const syncFlush = 2

/** A server whose connections are compressed from the first octet, and a client's socket. */
async function compressed(context: TestContext, onPeer: (peer: Peer) => Promise<void>): Promise<Socket> {
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    proxyFrom: [],
    async onPeer(peer) {
      peer.compress()
      await onPeer(peer)
    },
  })
  context.after(() => listener.close())
  const socket = connect({ port: listener.address.port, host: '127.0.0.1' })
  context.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

function digest(octets: Iterable<Uint8Array>): string {
  const hash = createHash('sha256')
  for (const piece of octets) hash.update(piece)
  return hash.digest('hex')
}

test('a client that does not read holds the writer back, and misses nothing', async (context) => {
  const pieces = Array.from({ length: 400 }, () => randomBytes(50_000))
  let written = 0
  const socket = await compressed(context, async (peer) => {
    for (const piece of pieces) {
      peer.write(piece)
      written += 1
      await peer.drained()
    }
    peer.end('bye\r\n')
  })
  socket.pause()
  await sleep(700)
  const held = written
  // What the kernel takes on both sides of a loopback connection is some megabytes.
  assert.ok(held < pieces.length, 'the writer waits')
  await sleep(200)
  assert.equal(written, held)
  const received: Buffer[] = []
  for await (const octets of socket.pipe(createInflateRaw({ finishFlush: syncFlush }))) received.push(octets as Buffer)
  assert.equal(digest(received), digest([...pieces, Buffer.from('bye\r\n')]))
})

test('octets that were taken may be changed', async (context) => {
  const octets = Buffer.alloc(40_000)
  const sizes = [10, 5_000, 15_000, 40_000, 100, 3_000, 20_000]
  const socket = await compressed(context, async (peer) => {
    for (let round = 0; round < 70; round++) {
      peer.write(octets.fill(round).subarray(0, sizes[round % sizes.length]))
      await peer.taken()
      octets.fill(255)
    }
    peer.end('bye\r\n')
  })
  const received: Buffer[] = []
  for await (const some of socket.pipe(createInflateRaw({ finishFlush: syncFlush }))) received.push(some as Buffer)
  const expected = Array.from({ length: 70 }, (_, round) => Buffer.alloc(sizes[round % sizes.length] ?? 0, round))
  assert.equal(digest(received), digest([...expected, Buffer.from('bye\r\n')]))
})

test('small and large writes keep their order', async (context) => {
  const pieces = Array.from({ length: 300 }, (_, index) => Buffer.from(`${index} ${'x'.repeat((index * 7919) % 30_000)}\r\n`))
  const socket = await compressed(context, async (peer) => {
    for (const [index, piece] of pieces.entries()) {
      peer.write(index % 2 === 0 ? piece : piece.toString())
      if (index % 3 === 0) await peer.drained()
      if (index % 50 === 0) await sleep(1)
    }
    peer.end()
  })
  const received: Buffer[] = []
  socket.on('data', (octets: Buffer) => received.push(octets))
  await once(socket, 'end')
  assert.equal(inflateRawSync(Buffer.concat(received), { finishFlush: syncFlush }).toString(), Buffer.concat(pieces).toString())
})

test('a reader that takes its time holds the sender back, and misses nothing', async (context) => {
  const sent = randomBytes(20_000_000)
  const taken: Buffer[] = []
  let most = 0
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const socket = await compressed(context, async (peer) => {
    await sleep(500)
    most = Math.max(most, peer.buffered)
    for (let octets = await peer.octets(100_000); octets !== undefined; octets = await peer.octets(100_000)) {
      taken.push(Buffer.from(octets))
      most = Math.max(most, peer.buffered)
    }
    resolve()
  })
  const deflate = createDeflateRaw({ level: 1 })
  deflate.pipe(socket)
  deflate.end(sent)
  await done
  assert.equal(digest(taken), digest([sent]))
  assert.ok(most < 512 * 1024, `${most} octets waited`)
})

test('a connection that is cut while it compresses is gone', async (context) => {
  const gone = Promise.withResolvers<void>()
  const socket = await compressed(context, async (peer) => {
    const { closed } = peer
    for (let index = 0; index < 1000 && !peer.gone; index += 1) {
      peer.write(randomBytes(60_000))
      await peer.drained()
    }
    await closed
    gone.resolve()
  })
  socket.once('data', () => socket.destroy())
  await gone.promise
})
