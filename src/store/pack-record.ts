import type { CheckName, CheckOutcome, TimedCheck } from '../mail/check.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import type { Destination, LogRecord, MailRecord, OutgoingMail } from './record.ts'
import type { Slice } from './slices.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Mail records are many, so they are written as a list by position; all others as they stand. JSON either way: an operator
 * can read the log with `strings`.
 */
export function encodeRecord(record: LogRecord): Uint8Array {
  return encoder.encode(JSON.stringify(record.kind === 'mail' ? packMail(record) : record))
}

/** Reads what `encodeRecord` wrote; the checksum has vouched for the octets. */
export function decodeRecord(header: Uint8Array): LogRecord {
  const value = JSON.parse(decoder.decode(header)) as LogRecord | PackedMail
  return Array.isArray(value) ? unpackMail(value as unknown as PackedMail) : (value as LogRecord)
}

type PackedCheck = readonly [check: CheckName, result: CheckOutcome, reason: string, micros: number, detail?: string]
type PackedRecipient = readonly [
  address: string,
  addressId: number,
  customerId: number,
  accountId: AccountId | null,
  checks: readonly PackedCheck[],
  clientName?: string,
]
type PackedMail =
  | CommonMail
  | readonly [...CommonMail, versions: readonly (readonly Slice[] | null)[]]
  | readonly [...CommonMail, versions: readonly (readonly Slice[] | null)[] | null, outgoing: readonly OutgoingMail[]]
type CommonMail = readonly [
  queueId: QueueId,
  atMs: number,
  reversePath: string,
  clientIp: string,
  helo: string | null,
  octetsStart: number,
  destinations: readonly PackedDestination[],
  recipients: readonly PackedRecipient[],
]
type PackedDestination = readonly [accountId: AccountId, prefixStart: number, prefixLength: number, version?: number, folder?: Destination['folder']]

function packMail(mail: MailRecord): PackedMail {
  const packed: CommonMail = [
    mail.queueId,
    mail.atMs,
    mail.reversePath,
    mail.clientIp,
    mail.helo ?? null,
    mail.octetsStart,
    mail.destinations.map(packDestination),
    mail.recipients.map((r) => {
      const checks = r.checks.map(packCheck)
      return r.clientName === undefined
        ? [r.address, r.addressId, r.customerId, r.accountId ?? null, checks]
        : [r.address, r.addressId, r.customerId, r.accountId ?? null, checks, r.clientName]
    }),
  ]
  if (mail.outgoing !== undefined) return [...packed, mail.versions ?? null, mail.outgoing]
  return mail.versions === undefined ? packed : [...packed, mail.versions]
}

function packDestination({ accountId, prefixStart, prefixLength, version, folder }: Destination): PackedDestination {
  if (folder !== undefined) return [accountId, prefixStart, prefixLength, version ?? 0, folder]
  return version === undefined ? [accountId, prefixStart, prefixLength] : [accountId, prefixStart, prefixLength, version]
}

function unpackDestination([accountId, prefixStart, prefixLength, version, folder]: PackedDestination): Destination {
  const place = { accountId, prefixStart, prefixLength }
  if (version === undefined) return place
  return folder === undefined ? { ...place, version } : { ...place, version, folder }
}

function packCheck(c: TimedCheck): PackedCheck {
  return c.detail === undefined ? [c.check, c.result, c.reason, c.micros] : [c.check, c.result, c.reason, c.micros, c.detail]
}

/** What an earlier version has written may have reasons that there are no more; the journal shows them as they are. */
function unpackCheck([check, result, reason, micros, detail]: PackedCheck): TimedCheck {
  return (detail === undefined ? { check, result, reason, micros } : { check, result, reason, micros, detail }) as TimedCheck
}

function unpackMail(mail: PackedMail): MailRecord {
  const [queueId, atMs, reversePath, clientIp, helo, octetsStart, destinations, recipients, versions, outgoing] = mail
  return {
    kind: 'mail',
    queueId,
    atMs,
    reversePath,
    clientIp,
    helo: helo ?? undefined,
    octetsStart,
    ...(versions === undefined || versions === null ? {} : { versions }),
    ...(outgoing === undefined ? {} : { outgoing }),
    destinations: destinations.map(unpackDestination),
    recipients: recipients.map(([address, addressId, customerId, accountId, checks, clientName]) => ({
      address,
      addressId,
      customerId,
      accountId: accountId ?? undefined,
      clientName,
      checks: checks.map(unpackCheck),
    })),
  }
}
