import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { timeouts } from '../../src/smtp/client/limits.ts'
import { startSending } from '../harness/sending/start-sending.ts'

const program = '/usr/sbin/smtp-sink'
const skip = existsSync(program) ? false : 'smtp-sink is not installed'
const zone = { 'b.example': { MX: [[10, 'mx.b.example']] as const }, 'mx.b.example': { A: ['127.0.0.1'] } }

for (const [what, flags, expected] of [
  ['takes everything', [], 'delivered 250'],
  ['knows no EHLO', ['-e'], 'delivered 250'],
  ['takes no pipelining', ['-p'], 'delivered 250'],
  ['answers the text late', ['-w', '1'], 'delivered 250'],
  ['refuses recipients', ['-f', 'rcpt'], 'failed'],
  ['refuses the text', ['-f', '.'], 'failed'],
  ['puts the sender off', ['-r', 'mail'], 'waits'],
  ['puts the text off', ['-r', '.'], 'waits'],
  ['hangs up upon RCPT', ['-q', 'rcpt'], 'waits no-answer 4.4.2'],
  ['hangs up upon DATA', ['-q', 'data'], 'waits no-answer 4.4.2'],
  ['hangs up upon the text', ['-q', '.'], 'waits no-answer 4.4.2'],
] as const) {
  test(`smtp-sink ${what}`, { skip }, async () => {
    const port = await freePort()
    const sink = spawn(program, ['-u', 'nobody', ...flags, `127.0.0.1:${port}`, '20'], { stdio: 'ignore' })
    try {
      await listens(port, sink)
      await using sending = await startSending(port, zone, { timeouts })
      for (const address of ['1@b.example', '2@b.example', '3@b.example']) sending.queue.add([address])
      const told = await sending.told(3)
      assert.equal(told.length, 3)
      for (const text of told) assert.ok(text.slice(text.indexOf(' ') + 1).startsWith(expected), text)
    } finally {
      sink.kill()
      await once(sink, 'exit')
    }
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`smtp-sink ended with ${child.exitCode}`)
    const socket = connect(port, '127.0.0.1')
    const there = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (there) return
    await sleep(50)
  }
  throw new Error('smtp-sink does not listen')
}
