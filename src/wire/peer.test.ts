import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { contextA, contextB } from '../../test/harness/certificate.ts'
import { type ListenOptions, listen } from './listen.ts'
import type { Peer } from './peer.ts'

type Handler = (peer: Peer) => void | Promise<void>

/** A listener for one test, and a plain client of it. */
async function start(t: TestContext, onPeer: Handler, options: Partial<ListenOptions> = {}) {
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer, ...options })
  const clients: Socket[] = []
  t.after(async () => {
    for (const client of clients) client.destroy()
    await listener.close()
  })
  return {
    listener,
    port: listener.address.port,
    async connect(): Promise<Socket> {
      const client = connectPlain(listener.address.port, '127.0.0.1')
      clients.push(client)
      client.on('error', () => {})
      await once(client, 'connect')
      return client
    },
  }
}

/** All that the client gets until the server closes. */
async function all(client: Socket): Promise<string> {
  let text = ''
  client.setEncoding('latin1')
  client.on('data', (more: string) => {
    text += more
  })
  await once(client, 'close')
  return text
}

async function echo(peer: Peer): Promise<void> {
  for (;;) {
    const line = await peer.line(100)
    if (line === undefined) return peer.end('bye\r\n')
    peer.write(typeof line === 'string' ? `!${line}\r\n` : `${line.toString('latin1')}\r\n`)
  }
}

/** A handler behind TLS from the first octet. */
function overTls(handler: Handler): Handler {
  return async (peer) => {
    await peer.acceptTls(contextA())
    await handler(peer)
  }
}

test('peer: lines, faults, half-close: what was sent before it is still answered', { timeout: 5_000 }, async (t) => {
  const server = await start(t, echo)
  const client = await server.connect()
  client.end(`one\r\ntwo\nx\r\n${'a'.repeat(200)}\r\nlast\r\nunfinished`)
  assert.equal(await all(client), 'one\r\n!bare-lf\r\n!bare-lf\r\n!too-long\r\nlast\r\nbye\r\n')
})

test('peer: replies of one tick leave in one segment', { timeout: 5_000 }, async (t) => {
  const server = await start(t, echo)
  const client = await server.connect()
  client.write('a\r\nb\r\nc\r\n')
  const [first] = (await once(client, 'data')) as [Buffer]
  assert.equal(String(first), 'a\r\nb\r\nc\r\n')
})

test('peer: text and octets keep their order', { timeout: 5_000 }, async (t) => {
  const server = await start(t, (peer) => {
    peer.write('é1')
    peer.write(Buffer.from([0xff]))
    peer.write('2')
    peer.write(Buffer.from('3'))
    peer.end('4')
  })
  assert.equal(await all(await server.connect()), '\xc3\xa91\xff234')
})

test('peer: octets of a literal, then lines again', { timeout: 5_000 }, async (t) => {
  const server = await start(t, async (peer) => {
    await peer.line(100)
    let literal = ''
    while (literal.length < 5) {
      const octets = await peer.octets(5 - literal.length)
      if (octets === undefined) return
      literal += String(octets)
    }
    peer.end(`${literal}|${String(await peer.line(100))}`)
  })
  const client = await server.connect()
  client.write('x {5}\r\nab')
  await pause(20)
  client.write('cde rest\r\n')
  assert.equal(await all(client), 'abcde| rest')
})

test('peer: a sender whose octets nobody takes is held back', { timeout: 10_000 }, async (t) => {
  let peer: Peer | undefined
  const server = await start(t, (arrived) => {
    peer = arrived
  })
  const client = await server.connect()
  const sent = 64 * 1024 * 1024
  client.end(Buffer.alloc(sent))
  await pause(300)
  assert.ok(peer !== undefined)
  assert.ok(peer.buffered <= 256 * 1024, `${peer.buffered} octets are held`)
  let received = 0
  for (let octets = await peer.octets(1 << 20); octets !== undefined; octets = await peer.octets(1 << 20)) received += octets.length
  assert.equal(received, sent)
})

for (const tls of [false, true]) {
  test(`peer: octets that were taken may be changed${tls ? ', under TLS' : ''}`, { timeout: 20_000 }, async (t) => {
    const pieces = 120
    const handler = async (peer: Peer) => {
      const octets = Buffer.alloc(100_000)
      for (let piece = 0; piece < pieces; piece++) {
        peer.write(`${piece}\r\n`)
        peer.write(octets.fill(piece))
        await peer.taken()
        octets.fill(255)
      }
      peer.end()
    }
    const server = await start(t, tls ? overTls(handler) : handler)
    const plain = await server.connect()
    const client = tls ? connectTls({ socket: plain, rejectUnauthorized: false }) : plain
    const received: Buffer[] = []
    for await (const octets of client as AsyncIterable<Buffer>) if (received.push(octets) % 20 === 0) await pause(5)
    const expected = Array.from({ length: pieces }, (_, piece) => [Buffer.from(`${piece}\r\n`), Buffer.alloc(100_000, piece)]).flat()
    assert.ok(Buffer.concat(received).equals(Buffer.concat(expected)))
  })
}

test('peer: what was written before the last words is not taken before it has left', { timeout: 20_000 }, async (t) => {
  const octets = Buffer.alloc(20_000_000, 1)
  const server = await start(t, async (peer) => {
    peer.write(octets)
    peer.end('bye\r\n')
    await peer.taken()
    octets.fill(255)
  })
  const client = await server.connect()
  client.pause()
  await pause(200)
  const received: Buffer[] = []
  for await (const some of client as AsyncIterable<Buffer>) received.push(some)
  assert.ok(Buffer.concat(received).equals(Buffer.concat([Buffer.alloc(20_000_000, 1), Buffer.from('bye\r\n')])))
})

test('peer: nothing is taken while the other side does not read, and who is gone has taken all', { timeout: 10_000 }, async (t) => {
  const octets = Buffer.alloc(1_000_000)
  let taken = 0
  const gone = Promise.withResolvers<void>()
  const server = await start(t, async (peer) => {
    while (!peer.gone) {
      peer.write(octets)
      await peer.taken()
      taken++
    }
    await peer.taken()
    gone.resolve()
  })
  const client = await server.connect()
  client.pause()
  await pause(500)
  const held = taken
  await pause(200)
  assert.equal(taken, held)
  client.destroy()
  await gone.promise
})

test('peer: who does not read is not read from', { timeout: 10_000 }, async (t) => {
  let lines = 0
  const answer = `${'x'.repeat(1000)}\r\n`
  const server = await start(t, async (peer) => {
    while ((await peer.line(100)) !== undefined) {
      lines++
      peer.write(answer)
    }
    peer.end()
  })
  const client = await server.connect()
  client.pause()
  client.end('x\r\n'.repeat(50_000))
  await pause(500)
  assert.ok(lines < 20_000, `${lines} answers wait for a peer that reads none`)
  let received = 0
  client.on('data', (octets) => {
    received += octets.length
  })
  client.resume()
  await once(client, 'close')
  assert.equal(received, 50_000 * answer.length)
})

test('peer: a deadline covers the command, not the read', { timeout: 5_000 }, async (t) => {
  const server = await start(t, async (peer) => {
    peer.onDeadline = () => peer.write('too slow\r\n')
    peer.deadline(300)
    assert.equal(await peer.line(1000), undefined)
  })
  const client = await server.connect()
  const drip = setInterval(() => client.write('a'), 20)
  const started = performance.now()
  assert.equal(await all(client), 'too slow\r\n')
  clearInterval(drip)
  const took = performance.now() - started
  assert.ok(took > 250 && took < 2_000, `${took} ms`)
})

test('peer: a deadline that is set anew every time does not fall', { timeout: 5_000 }, async (t) => {
  let late = false
  const server = await start(t, async (peer) => {
    peer.onDeadline = () => {
      late = true
    }
    for (;;) {
      peer.deadline(400)
      if ((await peer.line(100)) === undefined) return peer.end(late ? 'late' : 'bye')
    }
  })
  const client = await server.connect()
  for (let i = 0; i < 8; i++) {
    client.write('x\r\n')
    await pause(100)
  }
  client.end()
  assert.equal(await all(client), 'bye')
})

test('peer: wait is ended by input, time, close', { timeout: 5_000 }, async (t) => {
  const seen: string[] = []
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const server = await start(t, async (peer) => {
    seen.push(await peer.wait(20))
    peer.write('now\r\n')
    seen.push(await peer.wait())
    seen.push(String(peer.lineNow(100)))
    peer.write('close\r\n')
    seen.push(await peer.wait())
    peer.end()
    resolve()
  })
  const client = await server.connect()
  await once(client, 'data')
  client.write('DONE\r\n')
  await once(client, 'data')
  client.end()
  await done
  assert.deepEqual(seen, ['timeout', 'input', 'DONE', 'closed'])
})

test('peer: a line that was held back while answers were unsent wakes who waits for it', { timeout: 5_000 }, async (t) => {
  const { promise: seen, resolve } = Promise.withResolvers<string>()
  const server = await start(t, async (peer) => {
    await peer.wait()
    peer.write(Buffer.alloc(8 * 1024 * 1024, 'x'))
    peer.flush()
    let line = peer.lineNow(100)
    assert.equal(line, 'wait')
    while (line === 'wait') {
      await peer.wait()
      line = peer.lineNow(100)
    }
    resolve(String(line))
    peer.end()
  })
  const client = await server.connect()
  client.pause()
  client.write('DONE\r\n')
  await pause(100)
  client.resume()
  assert.equal(await seen, 'DONE')
})

test('peer: a reset connection ends a pending read', { timeout: 5_000 }, async (t) => {
  const { promise: read, resolve } = Promise.withResolvers<unknown>()
  const server = await start(t, async (peer) => {
    resolve(await peer.line(100))
    await peer.closed
  })
  const client = await server.connect()
  client.resetAndDestroy()
  assert.equal(await read, undefined)
})

async function startTlsServer(peer: Peer): Promise<void> {
  for (;;) {
    const line = await peer.line(100)
    if (line === undefined) return peer.end()
    if (String(line) === 'STARTTLS') {
      peer.write('ready\r\n')
      await peer.startTls(contextA())
    } else peer.write(`${String(line)} over ${peer.tls ?? 'nothing'}\r\n`)
  }
}

test('peer: STARTTLS, and nothing from before the handshake survives it', { timeout: 5_000 }, async (t) => {
  const server = await start(t, startTlsServer)
  const client = await server.connect()
  client.write('STARTTLS\r\nINJECTED\r\nhalf a line')
  assert.equal(String((await once(client, 'data'))[0]), 'ready\r\n')
  client.removeAllListeners()
  const secure = connectTls({ socket: client, rejectUnauthorized: false })
  await once(secure, 'secureConnect')
  secure.end('HELLO\r\n')
  assert.equal(await all(secure), 'HELLO over TLSv1.3 TLS_AES_256_GCM_SHA384\r\n')
})

test('peer: a handshake that is none ends the connection', { timeout: 5_000 }, async (t) => {
  const server = await start(t, startTlsServer)
  const client = await server.connect()
  client.write('STARTTLS\r\n')
  await once(client, 'data')
  client.write('this is no ClientHello\r\n')
  await once(client, 'close')
  assert.equal(server.listener.peers.size, 0)
})

test('peer: a broken TLS record ends the connection, and is not waited out', { timeout: 5_000 }, async (t) => {
  const server = await start(t, overTls(echo))
  const plain = await server.connect()
  const closed = once(plain, 'close')
  const between = new Duplex({ read() {}, write: (octets: Buffer, _coding, done) => plain.write(octets, () => done()) })
  plain.on('data', (octets) => between.push(octets))
  const client = connectTls({ socket: between, rejectUnauthorized: false })
  client.on('error', () => {})
  await once(client, 'secureConnect')
  client.write('one\r\n')
  await once(client, 'data')
  plain.write(Buffer.concat([Buffer.from([23, 3, 3, 0, 40]), Buffer.alloc(40, 7)]))
  await closed
})

test('peer: a client that renegotiates TLS again and again is cut off: each time costs us more than it', { timeout: 5_000 }, async (t) => {
  const server = await start(t, overTls(echo))
  const client = connectTls({ host: '127.0.0.1', port: server.port, maxVersion: 'TLSv1.2', rejectUnauthorized: false })
  t.after(() => client.destroy())
  client.on('error', () => {})
  await once(client, 'secureConnect')
  const closed = once(client, 'close')
  let times = 0
  const again = () => client.renegotiate({ rejectUnauthorized: false }, (error) => error === null && ++times < 50 && again())
  again()
  await closed
  assert.ok(times < 10, `${times} times`)
})

test('peer: TLS from the first octet, certificate by name', { timeout: 5_000 }, async (t) => {
  const server = await start(t, overTls(echo), { choose: (name) => (name === 'mx.b.example' ? contextB() : undefined) })
  for (const [servername, subject] of [
    ['mx.a.example', 'mx.a.example'],
    ['mx.b.example', 'mx.b.example'],
    ['other.example', 'mx.a.example'],
  ]) {
    const client = connectTls({ port: server.port, host: '127.0.0.1', servername: servername ?? '', rejectUnauthorized: false })
    await once(client, 'secureConnect')
    assert.equal(client.getPeerCertificate().subject.CN, subject)
    client.end('x\r\n')
    assert.equal(await all(client), 'x\r\nbye\r\n')
  }
})

const whoami: Handler = (peer) => peer.end(`${peer.ip} ${peer.port}`)

test('listen: PROXY header from a balancer, in pieces, with TLS behind it', { timeout: 5_000 }, async (t) => {
  const server = await start(t, overTls(whoami), { proxyFrom: ['127.0.0.0/8'] })
  const client = await server.connect()
  client.write('PROXY TCP4 192.0.2.9 ')
  await pause(20)
  client.write('127.0.0.1 4660 25\r\n')
  const secure = connectTls({ socket: client, rejectUnauthorized: false })
  assert.equal(await all(secure), '192.0.2.9 4660')
})

test('listen: a balancer without a PROXY header is cut off', { timeout: 5_000 }, async (t) => {
  const server = await start(t, whoami, { proxyFrom: ['127.0.0.1'] })
  const client = await server.connect()
  client.write('EHLO x\r\n')
  assert.equal(await all(client), '')
})

test('listen: a PROXY header from anybody else is input like any other', { timeout: 5_000 }, async (t) => {
  const server = await start(t, echo, { proxyFrom: ['192.0.2.0/24'] })
  const client = await server.connect()
  client.end('PROXY UNKNOWN\r\n')
  assert.equal(await all(client), 'PROXY UNKNOWN\r\nbye\r\n')
})

test('listen: what is no network is refused by name', async () => {
  await assert.rejects(listen({ host: '127.0.0.1', port: 0, proxyFrom: ['10.0.0.0/33'], onPeer: whoami }), /10\.0\.0\.0\/33/)
})

test('listen: IPv4 over an IPv6 socket is IPv4', { timeout: 5_000 }, async (t) => {
  const server = await start(t, (peer) => peer.end(peer.ip), { host: '::' })
  assert.equal(await all(await server.connect()), '127.0.0.1')
})

test('listen: close tells, waits, then cuts off', { timeout: 5_000 }, async (t) => {
  const drained: boolean[] = []
  const server = await start(t, async (peer) => {
    peer.onDrain = () => {
      drained.push(true)
      if (drained.length === 1) peer.end('421 going\r\n')
    }
    peer.write('hello\r\n')
    await peer.closed
  })
  const polite = await server.connect()
  await once(polite, 'data')
  const stubborn = await server.connect()
  await once(stubborn, 'data')
  const ends = Promise.all([all(polite), all(stubborn)])
  await server.listener.close(200)
  assert.deepEqual(await ends, ['421 going\r\n', ''])
  assert.equal(server.listener.peers.size, 0)
})

test('listen: a handler that fails costs its connection only', { timeout: 5_000 }, async (t) => {
  let first = true
  const server = await start(t, async (peer) => {
    if (first) {
      first = false
      throw new Error('defect')
    }
    await echo(peer)
  })
  assert.equal(await all(await server.connect()), '')
  const client = await server.connect()
  client.end('x\r\n')
  assert.equal(await all(client), 'x\r\nbye\r\n')
})
