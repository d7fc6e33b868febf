import { Boundaries } from './boundaries.ts'
import { emptyEnvelope, envelopeOf } from './envelope.ts'
import { emptyLineEnd } from './header-section.ts'
import { type KnownFields, readKnownFields } from './known-fields.ts'
import { messageLimits } from './limits.ts'
import { countLines } from './line-count.ts'
import { HeaderOctets } from './header-octets.ts'
import { asBuffer, emptyBuffer, octet } from './octets.ts'
import { type OpenPart, openPart } from './open-part.ts'
import { isMessageType, type Scanned } from './part.ts'
import { boundaryOf, readPartFields } from './part-fields.ts'

/** The part tree of a message that is in memory. */
export function scan(source: Uint8Array): Scanned {
  const scanner = new Scanner()
  scanner.push(source)
  return scanner.finish()
}

/**
 * header: in the header section of `#current`. body: in its body, or in the preamble or epilogue of a multipart.
 * delimiter: between a boundary and the end of its line.
 */
type State = 'header' | 'body' | 'delimiter'

/** More than any decision waits for: a boundary, hyphens and a line end on either side. */
const joinedOctets = 4 * messageLimits.boundaryOctets

const lfHyphens = Buffer.from('\n--')
/** Octets that `#findLine` looks at in one place; nearer to the window's end, its finds are looked at more closely. */
const longestCheap = 8

/**
 * Scans a message (RFC 5322, RFC 2046) in pieces of any size, with the same result for any cut. Keeps header sections and at most
 * a delimiter's worth of octets between pieces; never throws, whatever the octets are. Linear: bodies are searched for LF, hyphen,
 * hyphen only, and what follows is looked up among the open boundaries.
 */
export class Scanner {
  readonly #boundaries = new Boundaries<OpenPart>()
  readonly #top: OpenPart
  #current: OpenPart
  #parts = 1
  /** No further part is opened: the rest of the message belongs to those that are open. */
  #full = false

  #state: State = 'header'
  #atLineStart = true
  /** After the delimiter's line comes a part, not an epilogue. */
  #partFollows = false

  /** The octets being looked at. */
  #window = emptyBuffer
  /** What could not be decided without the octets behind it. */
  #left = emptyBuffer
  #at = 0
  /** Octets of the message before the window. */
  #base = 0
  #final = false

  readonly #header = new HeaderOctets()
  #topKnown: KnownFields = {}
  #nestedHeaderLeft: number = messageLimits.nestedHeaderOctets
  #nestedEnvelopeLeft: number = messageLimits.nestedEnvelopeOctets

  /** Line ends seen while some open part counts them, up to `#countedTo` in the window. */
  #lines = 0
  #lineCounters = 0
  #countedTo = 0

  constructor() {
    this.#top = openPart(undefined, 0, true)
    this.#current = this.#top
    this.#header.begin(0, messageLimits.headerOctets)
  }

  push(piece: Uint8Array): void {
    const octets = asBuffer(piece)
    const left = this.#left
    if (left.length === 0) {
      this.#keepFrom(octets, this.#run(octets))
      return
    }
    // Only the beginning is copied to what was left: enough for every decision that waited.
    const joined = Buffer.concat([left, octets.subarray(0, joinedOctets)])
    const taken = this.#run(joined)
    if (octets.length <= joinedOctets) this.#keepFrom(joined, taken)
    else {
      const rest = octets.subarray(taken - left.length)
      this.#keepFrom(rest, this.#run(rest))
    }
  }

  /** The message is complete. */
  finish(): Scanned {
    this.#final = true
    this.#run(this.#left)
    this.#window = emptyBuffer
    this.#endHeaders(0)
    this.#closeBelow(undefined, 0)
    return { top: this.#top, sizeBytes: this.#base, known: this.#topKnown }
  }

  /** Returns how many octets of the window are done with. */
  #run(window: Buffer): number {
    this.#window = window
    this.#at = 0
    this.#countedTo = 0
    while (this.#at < window.length && this.#step());
    const taken = this.#at
    if (this.#state === 'header') this.#header.keep(window, taken)
    this.#countLinesTo(taken)
    this.#base += taken
    this.#at = 0
    this.#countedTo = 0
    return taken
  }

  /** A copy, since the caller may use its buffer again; a few hundred octets at most. */
  #keepFrom(window: Buffer, taken: number): void {
    this.#left = taken === window.length ? emptyBuffer : Buffer.from(window.subarray(taken))
    this.#window = emptyBuffer
  }

  /** Moves `#at` on; false: what is there from `#at` has to come again with more behind it. */
  #step(): boolean {
    switch (this.#state) {
      case 'header':
        return this.#readHeaderLine()
      case 'body':
        return this.#atLineStart ? this.#readBodyStart() : this.#searchBody()
      case 'delimiter':
        return this.#skipDelimiterLine()
    }
  }

  #readHeaderLine(): boolean {
    const { length } = this.#window
    if (this.#atLineStart) {
      if (!this.#final && this.#window[this.#at] === octet.cr && this.#at + 1 === length) return false
      const empty = emptyLineEnd(this.#window, this.#at)
      if (empty > this.#at) {
        this.#endHeader(empty)
        this.#at = empty
        return true
      }
      const delimiter = this.#delimiterAt(this.#at)
      if (delimiter === 'wait') return false
      if (delimiter !== undefined) {
        // A part whose header never ended: the boundary is stronger (RFC 2046 5.1.2).
        this.#endHeaders(this.#at)
        this.#beginDelimiter(delimiter, this.#at, this.#at)
        return true
      }
    }
    const lf = this.#window.indexOf(octet.lf, this.#at)
    this.#atLineStart = lf >= 0
    this.#at = lf < 0 ? length : lf + 1
    return true
  }

  /** The body's first line may be a delimiter without a line end of its own before it. */
  #readBodyStart(): boolean {
    const delimiter = this.#delimiterAt(this.#at)
    if (delimiter === 'wait') return false
    this.#atLineStart = false
    if (delimiter !== undefined) this.#beginDelimiter(delimiter, this.#at, this.#at)
    return true
  }

  #searchBody(): boolean {
    const window = this.#window
    if (this.#full || this.#boundaries.longest === 0) {
      this.#at = window.length
      return true
    }
    const lf = this.#findLine()
    if (lf < 0) {
      this.#at = this.#final ? window.length : Math.max(this.#at, window.length - beginningsAtEnd(window))
      return this.#at === window.length
    }
    const lineEnd = lf > this.#at && window[lf - 1] === octet.cr ? lf - 1 : lf
    const delimiter = this.#delimiterAt(lf + 1)
    if (delimiter === 'wait') {
      this.#at = lineEnd
      return false
    }
    if (delimiter === undefined) this.#at = lf + 1
    else this.#beginDelimiter(delimiter, lineEnd, lf + 1)
    return true
  }

  /**
   * The LF before the next line that may be a delimiter. A search costs as much as looking at a hundred octets, so a few are looked at here
   * before each: else a body of nothing but `LF - -` would cost seconds.
   */
  #findLine(): number {
    const window = this.#window
    const last = Math.max(0, window.length - longestCheap)
    for (let at = this.#at; ; ) {
      for (const nearby = Math.min(last, at + 64); at < nearby; at += 1) {
        if (window[at] === octet.lf && window[at + 1] === octet.hyphen && window[at + 2] === octet.hyphen && this.#boundaries.mayBegin(window, at + 3))
          return at
      }
      at = window.indexOf(lfHyphens, at)
      if (at < 0 || at >= last) return at
    }
  }

  #skipDelimiterLine(): boolean {
    const window = this.#window
    const lf = window.indexOf(octet.lf, this.#at)
    if (lf < 0) {
      // A CR may be half of the line end that comes.
      this.#at = !this.#final && window[window.length - 1] === octet.cr ? window.length - 1 : window.length
      return this.#at === window.length
    }
    if (this.#partFollows) this.#openChild((this.#at = lf + 1), false)
    else {
      // The line end of a closing delimiter may belong to the delimiter behind it.
      this.#at = lf > this.#at && window[lf - 1] === octet.cr ? lf - 1 : lf
      this.#atLineStart = false
      this.#state = 'body'
    }
    return true
  }

  /** The delimiter that stands at the line start `at`. */
  #delimiterAt(at: number): Delimiter | 'wait' | undefined {
    const window = this.#window
    const longest = this.#boundaries.longest
    if (longest === 0 || this.#full) return undefined
    // Two hyphens, the boundary, two more; or all of a shorter line.
    const missing = window.length - at < longest + 4 && !this.#final && window.indexOf(octet.lf, at) < 0
    if (window[at] !== octet.hyphen || window[at + 1] !== octet.hyphen) return missing && isHyphens(window, at) ? 'wait' : undefined
    if (missing) return 'wait'
    const found = this.#boundaries.find(window, at + 2, window.length)
    if (found === undefined) return undefined
    const after = at + 2 + found.length
    const closes = window[after] === octet.hyphen && window[after + 1] === octet.hyphen
    if (!closes && this.#parts >= messageLimits.parts) {
      this.#full = true
      return undefined
    }
    return { multipart: found.owner, closes, end: after }
  }

  /** `bodyEnd`: where the line end begins that belongs to the delimiter. */
  #beginDelimiter(delimiter: Delimiter, bodyEnd: number, lineStart: number): void {
    const { multipart, closes } = delimiter
    this.#closeBelow(multipart, bodyEnd)
    this.#countLinesTo(lineStart)
    this.#current = multipart
    this.#partFollows = !closes
    if (closes) this.#closeBoundary(multipart)
    this.#state = 'delimiter'
    this.#at = delimiter.end
  }

  /** The header of `#current` ends before `end`, an index into the window: now it shows what the part is. */
  #endHeader(end: number): void {
    const part = this.#current
    const section = this.#header.end(this.#window, end)
    const known = readKnownFields(section, part.isMessage)
    if (part.parent === undefined) this.#topKnown = known
    else this.#nestedHeaderLeft -= section.length
    const inDigest = part.parent?.kind === 'multipart' && part.parent.fields.subtype === 'digest'
    part.bodyStart = this.#base + end
    part.bodyEnd = part.bodyStart
    part.fields = readPartFields(known, inDigest)
    if (part.isMessage) part.envelope = this.#envelope(part, known)
    this.#atLineStart = true
    this.#state = 'body'
    this.#openContent(part, end)
  }

  /** Ends this header and that of any message that begins with it, all empty but the first. */
  #endHeaders(end: number): void {
    while (this.#state === 'header') this.#endHeader(end)
  }

  #openContent(part: OpenPart, at: number): void {
    const deep = part.depth >= messageLimits.depth
    if (part.fields.type === 'multipart') {
      const boundary = deep ? undefined : boundaryOf(part.fields)
      if (boundary !== undefined) {
        part.kind = 'multipart'
        part.boundary = boundary.subarray(0, messageLimits.boundaryOctets)
        this.#boundaries.open(part.boundary, part)
        return
      }
      part.fields = { ...part.fields, type: 'text', subtype: 'plain' }
    }
    if (part.fields.type === 'text' || isMessageType(part.fields)) this.#countLinesOf(part, at)
    // A coding would have to be undone first (RFC 2046 5.2.1 forbids one, RFC 6532 3.6 does not): such a message is not opened.
    if (!isMessageType(part.fields) || deep || this.#parts >= messageLimits.parts || !isIdentity(part.fields.encoding)) return
    part.kind = 'message'
    this.#openChild(at, true)
  }

  #openChild(at: number, isMessage: boolean): void {
    const child = openPart(this.#current, this.#base + at, isMessage)
    this.#current.children.push(child)
    this.#current = child
    this.#parts += 1
    this.#header.begin(at, Math.min(messageLimits.headerOctets, this.#nestedHeaderLeft))
    this.#atLineStart = true
    this.#state = 'header'
  }

  /** Ends `#current` and those around it, up to but without `keep`, at `end` in the window. */
  #closeBelow(keep: OpenPart | undefined, end: number): void {
    this.#countLinesTo(Math.max(end, this.#countedTo))
    for (let part: OpenPart | undefined = this.#current; part !== undefined && part !== keep; part = part.parent) {
      part.bodyEnd = Math.max(part.bodyStart, this.#base + end)
      this.#closeBoundary(part)
      if (part.countsLines) {
        part.lines = this.#lines - part.lines
        this.#lineCounters -= 1
      }
    }
  }

  #closeBoundary(part: OpenPart): void {
    if (part.boundary !== undefined) this.#boundaries.close(part.boundary)
    part.boundary = undefined
  }

  #envelope(part: OpenPart, known: Parameters<typeof envelopeOf>[0]): Uint8Array {
    if (part.parent === undefined) return envelopeOf(known)
    if (this.#nestedEnvelopeLeft <= 0) return emptyEnvelope
    const envelope = envelopeOf(known)
    this.#nestedEnvelopeLeft -= envelope.length
    return envelope
  }

  #countLinesOf(part: OpenPart, from: number): void {
    this.#countLinesTo(from)
    part.countsLines = true
    part.lines = this.#lines
    this.#lineCounters += 1
  }

  #countLinesTo(to: number): void {
    if (this.#lineCounters > 0) this.#lines += countLines(this.#window, this.#countedTo, to)
    this.#countedTo = to
  }
}

interface Delimiter {
  readonly multipart: OpenPart
  readonly closes: boolean
  /** Past the boundary, in the window. */
  readonly end: number
}

function isIdentity(encoding: string): boolean {
  return encoding === '7bit' || encoding === '8bit' || encoding === 'binary'
}

/** Nothing but hyphens from `at` on: the beginning of `--`, cut by the window's end. */
function isHyphens(window: Buffer, at: number): boolean {
  return at >= window.length || (at + 1 === window.length && window[at] === octet.hyphen)
}

/** How many octets at the end may be the beginning of CR LF hyphen hyphen. */
function beginningsAtEnd(window: Buffer): number {
  const { length } = window
  let count = 0
  if (window[length - 1] === octet.hyphen && window[length - 2] === octet.lf) count = 2
  else if (window[length - 1] === octet.lf) count = 1
  return window[length - 1 - count] === octet.cr ? count + 1 : count
}
