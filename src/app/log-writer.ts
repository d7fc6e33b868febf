import { write } from 'node:fs'

/** Unsent octets above which lines are dropped: whoever reads the log has stopped reading, and mail does not wait for it. */
const maxUnsentBytes = 16 << 20
/** A pipe takes so many octets in one piece (PIPE_BUF), between which no other process's come. A longer line may be cut by one. */
const pieceBytes = 4096
/** After EAGAIN, that is: the pipe is full and does not block. */
const retryMs = 50

/**
 * Writes lines to a file descriptor in order, one write at a time, off the protocol thread: a reader that stopped costs one
 * thread of libuv's pool and 16 MiB, never a turn of the event loop. (pino's own destination, asynchronous, loses and doubles
 * lines when it is flushed while a write is under way.)
 */
export class LogWriter {
  readonly #fd: number
  readonly #alone: boolean
  #waiting: string[] = []
  #unsentBytes = 0
  #writing = false
  #dropped = 0
  #whenIdle: (() => void)[] = []

  /** `alone`: no other process writes there. */
  constructor(fd: number, { alone = true }: { readonly alone?: boolean } = {}) {
    this.#fd = fd
    this.#alone = alone
  }

  /** Takes one line with its line end. */
  write(line: string): void {
    if (this.#unsentBytes > maxUnsentBytes) {
      this.#dropped++
      return
    }
    this.#waiting.push(line)
    this.#unsentBytes += line.length
    if (this.#writing) return
    this.#writing = true
    // What one turn of the event loop logs goes out as one write.
    setImmediate(() => this.#next())
  }

  /** Lines lost since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  /** Resolves when all is written, or after `limitMs`. */
  async flush(limitMs: number): Promise<void> {
    if (!this.#writing) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.#whenIdle.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #next(): void {
    if (this.#waiting.length === 0) {
      this.#writing = false
      for (const resolve of this.#whenIdle.splice(0)) resolve()
      return
    }
    const count = this.#alone ? this.#waiting.length : linesWithin(this.#waiting, pieceBytes)
    const text = this.#waiting.splice(0, count).join('')
    const taken = text.length
    this.#send(Buffer.from(text), () => {
      this.#unsentBytes -= taken
      this.#next()
    })
  }

  #send(octets: Buffer, done: () => void): void {
    write(this.#fd, octets, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(() => this.#send(octets, done), retryMs)
      // Any other error: nobody reads it any more (EPIPE), or the disk is full. There is no other place to say so.
      else if (error !== null || written === octets.length) done()
      else this.#send(octets.subarray(written), done)
    })
  }
}

/** How many lines make one piece; at least one. */
function linesWithin(lines: readonly string[], limit: number): number {
  let count = 0
  let octets = 0
  for (const line of lines) {
    octets += Buffer.byteLength(line)
    if (count > 0 && octets > limit) break
    count++
  }
  return count
}
