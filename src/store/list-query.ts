import type { Query, Reader } from '../database/database.ts'
import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'
import { type ListColumns, listMessages, type ListPage } from './columns.ts'
import { envelopeLength, writeEnvelope } from './kept-envelope.ts'

export interface ListArguments extends ListColumns {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly first: number
  readonly last: number
}

/** Of a page, unless one message alone has more. */
const listOctets = 1024 * 1024
/** Nearly all are shorter; longer ones are counted before they are read. */
const shortOctets = 4096
/** The most that 32 bits with sign hold, which is how PostgreSQL counts octets. */
const unlimited = 2 ** 31 - 1

/**
 * The database hands over a page as one row: a row for each message costs the thread three times what finding it does. Anybody can send
 * a message with a megabyte of ENVELOPE, so long ones are left out at first, and if there are any, only as many messages are read as fit.
 */
export const listQuery: Query<ListArguments, ListPage> = {
  name: 'store.list',
  async run(reader, args) {
    const page = await read(reader, args, { messages: listMessages, octets: shortOctets })
    const fitting = messagesThatFit(page.numbers)
    if (fitting === undefined) return pack(page, listMessages)
    return pack(await read(reader, args, { messages: fitting, octets: unlimited }), fitting)
  },
}

/** Undefined: all of them, and none is long. */
function messagesThatFit(numbers: Float64Array): number | undefined {
  let octets = 0
  let long = false
  for (let at = 0; at < numbers.length; at += numbersEach) {
    const envelope = numbers[at + 3] ?? 0
    const structure = numbers[at + 4] ?? 0
    long ||= envelope > shortOctets || structure > shortOctets
    octets += envelope + structure
    if (octets > listOctets) return Math.max(1, at / numbersEach)
  }
  return long ? listMessages : undefined
}

function rows({ envelope, bodyStructure }: ListArguments): string {
  return `SELECT m.uid, m.internal_date_ms, m.size_bytes, ${envelope ? 'e.envelope' : `x'' AS envelope`}, ${bodyStructure ? 'e.body_structure' : `x'' AS body_structure`}
    FROM message m ${envelope || bodyStructure ? 'JOIN email e ON e.account_id = m.account_id AND e.email_id = m.email_id' : ''}
    WHERE m.account_id = ? AND m.mailbox_id = ? AND m.uid BETWEEN ? AND ? ORDER BY m.uid LIMIT ?`
}

/** Of each message: uid, internal date, size, octets of the kept envelope, octets of the structure. */
const numbersEach = 5

interface Aggregated {
  readonly numbers: Float64Array
  readonly envelopes: Uint8Array
  readonly structures: Uint8Array
}

async function read(reader: Reader, args: ListArguments, most: { readonly messages: number; readonly octets: number }): Promise<Aggregated> {
  const short = (column: string) => `CAST(string_agg(CASE WHEN length(${column}) <= ? THEN ${column} END, x'') AS BLOB)`
  const row = await reader.get<{ numbers: string | null; envelopes: Uint8Array | null; structures: Uint8Array | null }>(
    `SELECT string_agg(uid || ',' || internal_date_ms || ',' || size_bytes || ',' || length(envelope) || ',' || length(body_structure), ',') AS numbers,
       ${short('envelope')} AS envelopes, ${short('body_structure')} AS structures
     FROM (${rows(args)}) AS listed`,
    most.octets,
    most.octets,
    args.accountId,
    args.mailboxId,
    args.first,
    args.last,
    most.messages,
  )
  return { numbers: parseNumbers(row?.numbers ?? ''), envelopes: row?.envelopes ?? nothing, structures: row?.structures ?? nothing }
}

const nothing = new Uint8Array(0)

/** In native code: the first list after a start would go through a loop over the characters that nothing has compiled yet. */
function parseNumbers(text: string): Float64Array {
  return Float64Array.from(JSON.parse(`[${text}]`) as number[])
}

function pack({ numbers, envelopes, structures }: Aggregated, limit: number): ListPage {
  const count = numbers.length / numbersEach
  const uids = new Uint32Array(count)
  const internalDatesMs = new Float64Array(count)
  const sizesBytes = new Float64Array(count)
  const ends = new Uint32Array(count * 2)
  let envelopeAt = 0
  let end = 0
  for (let index = 0; index < count; index++) {
    const at = index * numbersEach
    uids[index] = numbers[at] ?? 0
    internalDatesMs[index] = numbers[at + 1] ?? 0
    sizesBytes[index] = numbers[at + 2] ?? 0
    const kept = numbers[at + 3] ?? 0
    end += envelopeLength(envelopes, envelopeAt, envelopeAt + kept)
    ends[index * 2] = end
    end += numbers[at + 4] ?? 0
    ends[index * 2 + 1] = end
    envelopeAt += kept
  }
  const octets = Buffer.allocUnsafeSlow(end)
  envelopeAt = 0
  let structureAt = 0
  end = 0
  for (let index = 0; index < count; index++) {
    const kept = numbers[index * numbersEach + 3] ?? 0
    end = writeEnvelope(envelopes, envelopeAt, envelopeAt + kept, octets, end)
    envelopeAt += kept
    const structure = numbers[index * numbersEach + 4] ?? 0
    octets.set(structures.subarray(structureAt, structureAt + structure), end)
    structureAt += structure
    end += structure
  }
  const next = count === limit ? (((uids[count - 1] ?? 0) + 1) as Uid) : undefined
  return { uids, internalDatesMs, sizesBytes, octets, ends, next }
}
