import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { CheckResult } from '../mail/check.ts'
import { noticeOctets, tellsOfFailure } from '../message/failure-notice.ts'
import type { Door } from './dependencies.ts'
import type { Errand } from './list-errands.ts'
import type { IncomingMessage, RecipientFate, Transaction } from './policy.ts'

/** Its recipients are lists' own addresses: who could answer otherwise shares no transaction with them. */
export function isErrand({ recipients }: Transaction): boolean {
  return recipients.length > 0 && recipients.every(({ errand }) => errand !== undefined)
}

/** Does what they are for. Nobody gets the message. */
export async function runErrands(door: Door, transaction: Transaction, message: IncomingMessage): Promise<RecipientFate[]> {
  const fates: RecipientFate[] = []
  for (const { errand } of transaction.recipients) {
    if (errand === undefined) continue
    const started = performance.now()
    const check = await run(door, errand, transaction, message)
    fates.push({ action: 'discard', checks: [{ ...check, micros: Math.round((performance.now() - started) * 1000) }] })
  }
  return fates
}

async function run({ listDesk }: Door, { errand, listId, list, member }: Errand, { reversePath }: Transaction, message: IncomingMessage): Promise<CheckResult> {
  if (errand === 'unsubscribe') {
    await listDesk.leave(list, member)
    return { check: 'address', result: 'pass', reason: 'left the list' }
  }
  // Whoever writes to it otherwise, an autoresponder for one, is not a member's server.
  if (reversePath !== null || !tellsOfFailure(await beginning(message))) return { check: 'address', result: 'none', reason: 'no bounce' }
  await listDesk.bounced({ addressId: listId, address: list }, member)
  return { check: 'address', result: 'pass', reason: 'bounce noted' }
}

async function beginning({ octets }: IncomingMessage): Promise<Uint8Array> {
  const [first] = octets
  if (first === undefined) return new Uint8Array()
  return first instanceof Uint8Array
    ? Buffer.concat(octets.filter((piece) => piece instanceof Uint8Array))
    : buffer(createReadStream(first.path, { end: noticeOctets - 1 }))
}
