import { open, readFile } from 'node:fs/promises'
import type { Piece } from '../content/content.ts'
import type { AcceptedMessage } from '../delivery/delivery.ts'
import { claimedAuthor } from '../msgauth/author.ts'
import { announcesReport, type DmarcDesk } from '../dmarc/reports.ts'

/** Octets of a message that is looked into: a report of the greatest size, in base64. */
const largestMessage = 7_500_000

/** Commits a message; one that says that it brings a DMARC report is read then. Its octets are taken before, since a spool file goes with the commit. */
export async function readingReports(accepted: AcceptedMessage, desk: DmarcDesk, commit: () => Promise<void>): Promise<void> {
  const message = await takeReport(accepted.octets)
  await commit()
  if (message !== undefined) desk.arrived(message, { queueId: accepted.queueId, provenSender: provenSender(accepted, message) })
}

/** Domain of the author, where the message passed DMARC. */
function provenSender({ recipients }: AcceptedMessage, message: Uint8Array): string | undefined {
  const passed = recipients.some(({ checks }) => checks.some(({ check, result }) => check === 'authentication' && result === 'pass'))
  return passed ? claimedAuthor(message).addresses[0]?.domain : undefined
}

async function takeReport(pieces: readonly Piece[]): Promise<Uint8Array | undefined> {
  const [first] = pieces
  if (first === undefined || pieces.reduce((sum, piece) => sum + sizeOf(piece), 0) > largestMessage) return undefined
  if (!announcesReport(first instanceof Uint8Array ? first : await beginningOf(first.path))) return undefined
  return Buffer.concat(await Promise.all(pieces.map(async (piece) => (piece instanceof Uint8Array ? piece : await readFile(piece.path)))))
}

function sizeOf(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : piece.sizeBytes
}

/** A Subject stands near the top. */
const lookedAtOctets = 16_384

async function beginningOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(lookedAtOctets), 0, lookedAtOctets, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
