import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { LockHeld, takeLock, waitForLock } from './lock.ts'

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'posthorn-lock-'))
  context.after(() => rmSync(path, { recursive: true }))
  return path
}

/** A process that takes the lock, says so, and stays. */
async function holder(data: string): Promise<ChildProcess> {
  const program = `import { takeLock } from ${JSON.stringify(import.meta.resolve('./lock.ts'))}; takeLock(${JSON.stringify(data)}); console.log('taken'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout ?? child, 'data')
  return child
}

test('one at a time, in one process too', (context) => {
  const data = join(folder(context), 'data')
  const lock = takeLock(data)
  assert.throws(() => takeLock(data), LockHeld)
  lock.release()
  lock.release()
  const again = takeLock(data)
  assert.deepEqual(readdirSync(data).sort(), ['lock', 'lock-holder'])
  again.release()
})

test('a killed process leaves nothing behind', async (context) => {
  const data = folder(context)
  const child = await holder(data)
  try {
    assert.throws(
      () => takeLock(data),
      (error: unknown) => error instanceof LockHeld && error.pid === child.pid,
    )
    await assert.rejects(waitForLock(data, 100), LockHeld)
  } finally {
    child.kill('SIGKILL')
  }
  const lock = await waitForLock(data, 5000)
  lock.release()
})

test('of many that wait, one after another gets it', async (context) => {
  const data = folder(context)
  let holding = 0
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const lock = await waitForLock(data, 5000)
      holding += 1
      assert.equal(holding, 1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      holding -= 1
      lock.release()
    }),
  )
})
