import assert from 'node:assert/strict'
import test from 'node:test'
import type { OperationContext } from '../context.ts'
import { endLocks } from './locks.ts'

/** One lock that is due, and what else stands; resolves to what was asked of the queue. */
async function ended(change: { readonly done?: { readonly held: string | null } }): Promise<unknown[]> {
  const asked: unknown[] = []
  const context = {
    clock: { now: () => 0 },
    directory: { query: async () => [{ scope: 'account', ownerId: 7, kind: 'whole', name: 'ann@a.example' }], change: async () => change },
    queue: {
      release: async (subject: unknown) => asked.push(['release', subject]),
      hold: async (subject: unknown, reason: string) => asked.push(['hold', subject, reason]),
    },
  }
  await endLocks(context as unknown as OperationContext)
  return asked
}

test('with the end of a lock goes what was held, unless another lock stands', async () => {
  const ann = { kind: 'mailbox', accountId: 7 }
  assert.deepEqual(await ended({ done: { held: null } }), [['release', ann]])
  assert.deepEqual(await ended({ done: { held: 'sends spam' } }), [['hold', ann, 'sends spam']])
  assert.deepEqual(await ended({}), [])
})
