/** As store-thread.ts, with a flaw: a message that says so ends the thread that takes it apart. */
import { Scanner } from '../../src/message/scan.ts'

const { push } = Scanner.prototype
Scanner.prototype.push = function (this: Scanner, octets: Uint8Array) {
  if (Buffer.from(octets).includes('this ends the thread')) process.exit(7)
  push.call(this, octets)
}

await import('./store-thread.ts')
