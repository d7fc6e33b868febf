import { availableParallelism } from 'node:os'
import type { Log } from '../../base/log.ts'
import type { Piece } from '../../content/content.ts'
import { formatAddress } from '../../mail/address.ts'
import type { Judged, Judging, MessageToJudge } from '../../policy/judging.ts'
import type { Clamd } from '../../virus/clamd.ts'
import type { Job } from './calls.ts'
import { JudgingPool } from './pool.ts'

export interface JudgeOptions {
  /** Undefined: there is no virus check. */
  readonly clamd: Clamd | undefined
  /** That speak the protocols: they share the cores. */
  readonly processes: number
  readonly log: Log
}

/** Asks clamd and the judging threads about a message, side by side. */
export class Judge implements Judging {
  readonly #clamd: Clamd | undefined
  readonly #pool: JudgingPool

  constructor({ clamd, processes, log }: JudgeOptions) {
    this.#clamd = clamd
    this.#pool = new JudgingPool({ threads: Math.max(1, Math.floor(availableParallelism() / processes) - 1), log })
  }

  get hasVirusCheck(): boolean {
    return this.#clamd !== undefined
  }

  async judge(message: MessageToJudge): Promise<Judged> {
    const { settings } = message
    const filtered = message.filter ? this.#pool.judge(jobOf(message), settings['spam.timeout']) : undefined
    const scanned = this.#clamd && timed(this.#clamd.scan(message.octets, settings['virus.timeout']))
    const [outcome, virus] = await Promise.all([filtered, scanned])
    switch (outcome) {
      case undefined:
        return { virus }
      case 'busy':
        return { virus, busy: true }
      case 'too late':
      case 'fault of ours':
        return { virus, noScore: outcome }
      default:
        return { virus, spam: { found: { common: outcome.score, own: new Map() }, micros: outcome.micros } }
    }
  }

  async close(): Promise<void> {
    this.#clamd?.close()
    await this.#pool.close()
  }
}

function jobOf(message: MessageToJudge): Omit<Job, 'id'> {
  const { client, clientName, reversePath, recipients, settings } = message
  return {
    octets: handedOver(message.octets),
    client: { ip: client.ip, helo: client.helo ?? '', hostName: clientName },
    envelope: { reversePath: reversePath === null ? '' : formatAddress(reversePath), recipients },
    testString: settings['spam.test-string'],
  }
}

/** Octets in memory are copied once into memory that goes to the thread; a spool file it reads itself. */
function handedOver(pieces: readonly Piece[]): Job['octets'] {
  const [first] = pieces
  if (first !== undefined && !(first instanceof Uint8Array)) return first
  const octets = new Uint8Array(pieces.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : 0), 0))
  let at = 0
  for (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) continue
    octets.set(piece, at)
    at += piece.length
  }
  return octets
}

async function timed<Found>(work: Promise<Found>): Promise<{ readonly found: Found; readonly micros: number }> {
  const beganMs = performance.now()
  const found = await work
  return { found, micros: Math.round((performance.now() - beganMs) * 1000) }
}
