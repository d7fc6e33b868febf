import type { AccountId, QueueId } from '../mail/ids.ts'
import { queueIdTimeMs } from '../mail/queue-id.ts'
import type { ReceivedMessage } from '../api/context.ts'
import { deliveredQuery } from '../store/learned.ts'
import type { Parts } from './open.ts'
import { filteredOctets } from './judging/job-octets.ts'
import { senderOf } from './judging/sender-of.ts'

/** A transaction takes no longer, from MAIL to the end of DATA. */
const longestTransactionMs = 3_600_000

/** The message that was given this queue id, as it was received and as far as the filter looks at it. Our own Received field names the id. */
export async function receivedMessage(
  { database, content }: Pick<Parts, 'database' | 'content'>,
  accountId: AccountId,
  queueId: QueueId,
): Promise<ReceivedMessage | undefined> {
  const fromMs = queueIdTimeMs(queueId)
  if (!Number.isFinite(fromMs)) return undefined
  const delivered = await database.query(deliveredQuery, { accountId, fromMs, toMs: fromMs + longestTransactionMs })
  for (const { emailId, segment, recordOffset, prefixStart, prefixLength, octetsStart, octetsLength } of delivered) {
    const location = { segment, offset: recordOffset }
    const prefix = await content.read(location, prefixStart, prefixStart + prefixLength)
    if (!Buffer.from(prefix).toString('latin1').includes(` id ${queueId}`)) continue
    const octets = new Uint8Array(await content.read(location, octetsStart, octetsStart + Math.min(octetsLength, filteredOctets)))
    return { emailId, octets, sender: senderOf(prefix) }
  }
  return undefined
}
