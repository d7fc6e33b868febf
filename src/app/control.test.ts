import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { OperationContext } from '../api/context.ts'
import { silent } from '../base/log.ts'
import { listenControl } from './control.ts'

/** A socket whose `verify` takes as long as the test wants; no other operation is asked for here. */
async function control(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-control-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'control.sock')
  // What a killed server leaves.
  writeFileSync(path, '')
  const verified = { records: 1, accounts: 2, emails: 3, queued: 0, faults: [] }
  const { promise, resolve, reject } = Promise.withResolvers<typeof verified>()
  // Somebody may ask for it only after it has failed.
  promise.catch(() => {})
  const operations = { principal: { kind: 'system' }, verify: () => promise } as Partial<OperationContext> as OperationContext
  const served = await listenControl({ path, context: operations, log: silent })
  context.after(() => served.close())
  return { path, served, finish: () => resolve(verified), fail: (error: Error) => reject(error) }
}

async function answers(socket: Socket): Promise<unknown[]> {
  const octets: Buffer[] = []
  for await (const piece of socket) octets.push(piece as Buffer)
  const lines = Buffer.concat(octets).toString().split('\n')
  return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line))
}

test('what was asked before the end is answered; who asks nothing does not hold it up', async (context) => {
  const { path, served, finish } = await control(context)
  const [idle, asking] = [connect(path), connect(path)]
  asking.write('{"id":1,"operation":"verify","input":{}}\n')
  await Promise.all([once(idle, 'connect'), once(asking, 'connect')])
  const answered = answers(asking)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const closed = served.close()
  finish()
  await closed
  assert.deepEqual(await answered, [{ id: 1, result: { records: 1, accounts: 2, emails: 3, queued: 0, faults: [] } }])
  assert.deepEqual(await answers(idle), [])
  assert.ok(!existsSync(path))
})

test('a fault of ours is told, and the next request is served', async (context) => {
  const { path, fail } = await control(context)
  const socket = connect(path)
  const answered = answers(socket)
  socket.write('{"id":1,"operation":"verify","input":{}}\n{"id":2,"operation":"verify","input":{"x":1}}\n')
  fail(new Error('the disk is gone'))
  socket.end()
  const [first, second] = (await answered) as { id: number; error: { kind: string; message?: string } }[]
  assert.deepEqual(first, { id: 1, error: { kind: 'fault', message: 'the disk is gone' } })
  assert.deepEqual([second?.id, second?.error.kind], [2, 'refused'])
})

test('a request without an end does not fill memory', async (context) => {
  const { path } = await control(context)
  const socket = connect(path)
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const piece = Buffer.alloc(1024 * 1024, 120)
  for (let written = 0; written < 64 && !socket.destroyed; written += 1) {
    if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
  }
  await closed
  assert.ok(socket.bytesWritten < 32 * 1024 * 1024)
})

test('clients that go away in the middle are forgotten', async (context) => {
  const { path, served, finish } = await control(context)
  const socket = connect(path)
  socket.write('{"id":1,"operation":"verify","input":{}}\n')
  await once(socket, 'connect')
  socket.destroy()
  finish()
  await served.close()
})
