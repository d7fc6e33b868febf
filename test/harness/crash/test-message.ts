import { createHash } from 'node:crypto'
import { Random } from '../random.ts'

/** A message that can be made again from its id: what a mailbox has is compared with what was sent. */
export interface TestMessage {
  readonly id: string
  readonly octets: Buffer
}

const letters = 'abcdefghijklmnopqrstuvwxyz     .-'

/** About `sizeBytes` octets with lines that begin with dots, empty lines, and lines up to the RFC's limit. */
export function makeMessage(id: string, sizeBytes: number): TestMessage {
  const random = new Random(createHash('sha256').update(id).digest().readInt32LE(0))
  const lines = [`X-Test-Id: ${id}`, 'From: Ann <ann@sender.example>', `Subject: ${id}`, `Message-ID: <${id}@sender.example>`, '']
  for (let size = 150; size < sizeBytes; ) {
    const line = random.chance(0.05)
      ? ''
      : random.chance(0.05)
        ? '.'.repeat(random.between(1, 4))
        : text(random, random.between(1, random.chance(0.1) ? 990 : 75))
    lines.push(line)
    size += line.length + 2
  }
  return { id, octets: Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1') }
}

function text(random: Random, length: number): string {
  const start = random.between(0, letters.length - 1)
  return (letters.slice(start) + letters.repeat(Math.ceil(length / letters.length))).slice(0, length)
}

/** Which message these octets are; `prefix`: what the server put before them. */
export function readMessage(octets: Buffer): { readonly id: string; readonly prefix: string; readonly octets: Buffer } {
  const start = octets.indexOf('X-Test-Id: ')
  const end = octets.indexOf('\r\n', start)
  if (start < 0 || end < 0) throw new Error(`no message of this test: ${octets.toString('latin1', 0, 300)}`)
  return { id: octets.toString('latin1', start + 11, end), prefix: octets.toString('latin1', 0, start), octets: octets.subarray(start) }
}

/** 200 octets to 30 kB; one in thirty is too large for memory (256 kB) and is spooled. */
export function anySize(random: Random): number {
  if (random.chance(1 / 30)) return random.between(260_000, 400_000)
  return random.chance(0.5) ? random.between(200, 2000) : random.between(2000, 30_000)
}
