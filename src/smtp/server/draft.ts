import type { Piece } from '../../content/content.ts'
import type { CheckName } from '../../mail/check.ts'
import type { QueueId } from '../../mail/ids.ts'
import type { Reply } from '../../mail/reply.ts'
import { faultReply } from '../../policy/fault-reply.ts'
import { Body } from './body.ts'
import type { SmtpLimits } from './limits.ts'
import { replies } from './replies.ts'
import type { Spool } from './spool.ts'
import { type TextFault, TextScanner } from './text-scanner.ts'

/** Why a message that is still coming in will be refused. `fault`: ours. */
export interface Refusal {
  readonly reply: Reply
  readonly because: CheckName
  readonly fault?: unknown
}

interface DraftOptions {
  readonly spool: Spool
  readonly queueId: QueueId
  readonly limits: SmtpLimits
  readonly maxMessageBytes: number
  /** DATA, not BDAT. */
  readonly stuffed: boolean
}

/** A message whose octets are coming in: kept while it may still be accepted, only counted afterwards. */
export class Draft {
  readonly #body: Body
  readonly #scanner: TextScanner
  readonly #options: DraftOptions
  /** The first reason to refuse it. Octets still come, and are thrown away. */
  refusal: Refusal | undefined
  /** Octets taken off the wire, and those of them that were thrown away. */
  received = 0
  swallowed = 0

  constructor(options: DraftOptions) {
    this.#options = options
    this.#body = new Body(options.spool, options.queueId)
    this.#scanner = new TextScanner({ stuffed: options.stuffed, maxLineOctets: options.limits.textLineOctets })
  }

  get ended(): boolean {
    return this.#scanner.ended
  }

  get sizeBytes(): number {
    return this.#scanner.sizeBytes
  }

  /** How many octets of the last piece belonged to the message; what follows is the next command. */
  get consumed(): number {
    return this.#scanner.consumed
  }

  /** Takes what belongs to the message out of `piece`, which is ours from now on. A promise: await it before the next piece. */
  take(piece: Buffer): Promise<void> | undefined {
    const scanner = this.#scanner
    const text = scanner.scan(piece)
    this.received += scanner.consumed
    if (this.refusal !== undefined) {
      this.swallowed += scanner.consumed
      return undefined
    }
    this.refusal = this.#judge()
    const written = this.refusal === undefined ? this.#body.add(text, chunkOf(piece, scanner.consumed)) : this.#body.discard()
    return written === undefined ? undefined : this.#orRefuse(written)
  }

  /** The last octet has come. BDAT only learns it from outside. */
  finish(): void {
    this.#scanner.finish()
    this.refusal ??= this.#judge()
  }

  /** The header section with its last CRLF; ask before `pieces`. Rejects with the system's error when the spool file cannot be used. */
  header(): Promise<Buffer> {
    return this.#body.header(this.#scanner.headerOctets)
  }

  /** All octets. Rejects with the system's error when the spool file cannot be written. */
  pieces(): Promise<readonly Piece[]> {
    return this.#body.finish()
  }

  discard(): Promise<void> {
    return this.#body.discard()
  }

  async #orRefuse(written: Promise<void>): Promise<void> {
    try {
      await written
    } catch (fault) {
      this.refusal ??= { reply: faultReply(fault), because: 'storage', fault }
    }
  }

  #judge(): Refusal | undefined {
    const { fault, sizeBytes, headerOctets } = this.#scanner
    if (fault !== undefined) return { reply: faultReplies[fault], because: 'message-form' }
    if (sizeBytes > this.#options.maxMessageBytes) return { reply: replies.tooLarge, because: 'size' }
    const header = headerOctets < 0 ? sizeBytes : headerOctets
    return header > this.#options.limits.headerOctets ? { reply: replies.headerTooLarge, because: 'message-form' } : undefined
  }
}

const faultReplies: Record<TextFault, Reply> = {
  'bare-cr': replies.textBareCr,
  'bare-lf': replies.textBareLf,
  nul: replies.textNul,
  'line-too-long': replies.textLineTooLong,
}

/** The memory of a piece of which nothing else was received: all of it is the message's, and it is nobody's part. */
function chunkOf(piece: Buffer, consumed: number): ArrayBuffer | undefined {
  const { buffer } = piece
  return consumed === piece.length && piece.length === buffer.byteLength && buffer instanceof ArrayBuffer ? buffer : undefined
}
