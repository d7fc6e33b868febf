import type { Incoming } from '../../store/store.ts'
import { BadCommand, Refused } from '../outcome.ts'
import { parseDateTime } from '../parse/date.ts'
import { noFlags, parseFlagList } from '../parse/flags.ts'
import { grammarLimits } from '../limits.ts'
import { ImapSyntaxError, literalHead, Scanner, type LiteralHead } from '../parse/scanner.ts'
import { nextLine, readLiteral } from '../read-command.ts'
import type { Session } from '../session.ts'
import { receiveBinary } from './binary-message.ts'
import { copyUrl } from './copy-url.ts'
import { IncomingOctets } from './incoming.ts'

/**
 * Reads the messages at the end of APPEND and REPLACE (RFC 9051 `append-message`, RFC 3502, RFC 4469), and hands them on. Whatever else comes
 * of it, the spool file is gone in the end. What can be refused is refused before the message is sent.
 */
export async function withUpload<T>(session: Session, args: Scanner, mostMessages: number, use: (incoming: Incoming) => Promise<T>): Promise<T> {
  const upload = new Upload(session, args)
  try {
    return await use(await upload.read(mostMessages))
  } finally {
    await upload.discard()
  }
}

type Message = Incoming['messages'][number]

/** Reads one line and one literal after another: a message is never whole in memory, so the command is not either. */
class Upload {
  readonly #session: Session
  readonly #octets: IncomingOctets
  #args: Scanner
  /** Where the message begins that is being read. */
  #begin = 0

  constructor(session: Session, args: Scanner) {
    this.#session = session
    this.#octets = new IncomingOctets(session)
    this.#args = args
  }

  async read(most: number): Promise<Incoming> {
    const messages: Message[] = []
    do {
      if (messages.length >= most) throw most === 1 ? new ImapSyntaxError('expected one message') : new Refused('LIMIT', `more than ${most} messages at once`)
      messages.push(await this.#message())
    } while (!this.#args.atEnd())
    return { octets: await this.#octets.pieces(), messages }
  }

  discard(): Promise<void> {
    return this.#octets.discard()
  }

  async #message(): Promise<Message> {
    this.#begin = this.#octets.sizeOctets
    this.#args.space()
    let flags = noFlags
    if (this.#args.isOpen()) {
      flags = parseFlagList(this.#args)
      this.#args.space()
    }
    let internalDateMs: number | undefined
    if (this.#args.isQuoted()) {
      internalDateMs = parseDateTime(this.#args)
      this.#args.space()
    }
    if (this.#args.maybe('CATENATE (')) await this.#catenate()
    else if (this.#args.maybe('UTF8 (')) await this.#utf8()
    else await this.#wholeMessage(this.#args.pendingLiteral())
    const sizeOctets = this.#octets.sizeOctets - this.#begin
    if (sizeOctets === 0) throw empty()
    return { sizeOctets, flags, internalDateMs }
  }

  /** After "(": a message whose header is UTF-8, and ")" (RFC 6855 4). It comes as literal8, but has no NUL. */
  async #utf8(): Promise<void> {
    if (!this.#session.enabled.has('UTF8=ACCEPT')) throw new BadCommand('UTF8 needs ENABLE UTF8=ACCEPT')
    const literal = this.#args.pendingLiteral()
    if (!literal.binary) throw new ImapSyntaxError('expected a binary literal')
    await this.#take(literal, () => this.#octets.receive(literal))
    this.#args.char(')')
  }

  async #wholeMessage(literal: LiteralHead): Promise<void> {
    if (literal.sizeOctets === 0 && literal.synchronizing) throw empty()
    if (literal.binary) await this.#take(literal, () => receiveBinary(this.#session, literal, this.#octets))
    else await this.#literal(literal)
  }

  /** After "(": TEXT and URL parts, and ")" (RFC 4469 3). */
  async #catenate(): Promise<void> {
    for (let parts = 1; ; parts++) {
      if (parts > grammarLimits.catenateParts) throw new ImapSyntaxError(`more than ${grammarLimits.catenateParts} parts`)
      const kind = this.#args.keyword('TEXT, UTF8 or URL')
      this.#args.space()
      if (kind === 'UTF8') {
        this.#args.char('(')
        await this.#utf8()
      } else if (kind === 'TEXT') await this.#literal(this.#args.pendingLiteral())
      else if (kind === 'URL') await copyUrl(this.#session, await this.#astring(), this.#octets, (octets) => this.#room(octets))
      else throw new ImapSyntaxError('expected TEXT, UTF8 or URL')
      this.#throwFault()
      if (this.#args.maybe(')')) return
      this.#args.space()
    }
  }

  /** Octets of a message. */
  async #literal(literal: LiteralHead): Promise<void> {
    if (literal.binary) throw new ImapSyntaxError('a binary literal is not allowed here')
    await this.#take(literal, () => this.#octets.receive(literal))
  }

  async #take(literal: LiteralHead, receive: () => Promise<void>): Promise<void> {
    this.#room(literal.sizeOctets)
    this.#session.literal = undefined
    await receive()
    await this.#nextLine()
    this.#throwFault()
  }

  /** A URL, which may be a literal too. */
  async #astring(): Promise<string> {
    if (!this.#args.isLiteral()) return this.#args.astringRaw('a URL')
    const literal = this.#args.pendingLiteral()
    const most = this.#session.limits.literalOctets
    if (literal.binary || literal.sizeOctets > most) throw new ImapSyntaxError(`a literal here has at most ${most} octets`)
    this.#session.literal = undefined
    const octets = await readLiteral(this.#session, literal)
    await this.#nextLine()
    return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
  }

  /** Behind a literal. If it announces another one, that is on its way, or waits for us. */
  async #nextLine(): Promise<void> {
    const line = await nextLine(this.#session)
    this.#session.literal = literalHead(line)
    this.#args = new Scanner([line])
  }

  #room(moreOctets: number): void {
    const { messageOctets, appendOctets } = this.#session.limits
    const octets = this.#octets.sizeOctets
    if (octets - this.#begin + moreOctets > messageOctets) throw new Refused('TOOBIG', `a message has at most ${messageOctets} octets`)
    if (octets + moreOctets > appendOctets) throw new Refused('LIMIT', `one command takes at most ${appendOctets} octets`)
  }

  #throwFault(): void {
    if (this.#octets.fault !== undefined) throw this.#octets.fault
  }
}

/** NO, by which a client may also call off what it has begun (RFC 3502). */
function empty(): Refused {
  return new Refused('CANNOT', 'a message cannot be empty')
}
