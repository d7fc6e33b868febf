import type { Clock } from '../base/clock.ts'
import type { Settings } from '../directory/settings.ts'
import { hostOf } from '../mail/network.ts'
import { Bucket } from './bucket.ts'
import { Recent } from './recent.ts'

/** `address`: all that comes from a host; `own`: what one session or token asks. */
export type RateKind = 'address' | 'own'

export interface RateOf {
  readonly kind: RateKind
  /** An address in canonical text, or what names the session or token. */
  readonly key: string
}

/** How somebody stands after a request. */
export interface RateStand {
  /** Requests in a minute, at once or spread; undefined: as many as they like. */
  readonly limit: number | undefined
  /** Set: this was one too many, and there is room for one after so many ms. */
  readonly waitMs: number | undefined
  readonly remaining: number
  /** When nothing of it is used any more. */
  readonly fullInMs: number
}

/** What the API asks before it does something. It may be another process's: then the answer is a promise. */
export interface RequestRates {
  take(of: RateOf): RateStand | Promise<RateStand>
}

export type RateSettings = Pick<Settings, 'connection-limits' | 'api.requests-per-minute' | 'api.requests-per-minute-address'>

const windowMs = 60_000
/** What flows off evenly is seldom a whole number. */
const rounding = 1e-6
/** Of each kind: some 150 bytes each. */
const maxEntries = 50_000

export const unlimited: RateStand = { limit: undefined, waitMs: undefined, remaining: 0, fullInMs: 0 }

/** Counts requests for all processes in one place; what was refused is not counted, so that who waits gets in. */
export class Rates implements RequestRates {
  readonly #clock: Clock
  readonly #settings: () => RateSettings
  readonly #buckets = { address: new Recent<Bucket>(maxEntries), own: new Recent<Bucket>(maxEntries) } as const

  constructor({ clock, settings }: { readonly clock: Clock; readonly settings: () => RateSettings }) {
    this.#clock = clock
    this.#settings = settings
  }

  take({ kind, key }: RateOf): RateStand {
    const settings = this.#settings()
    const limit = settings[kind === 'own' ? 'api.requests-per-minute' : 'api.requests-per-minute-address']
    if (limit === 0 || !settings['connection-limits']) return unlimited
    const nowMs = this.#clock.now()
    const bucket = bucketOf(this.#buckets[kind], kind === 'address' ? hostOf(key) : key)
    const before = bucket.level(nowMs, limit, windowMs)
    const isExcess = before + 1 > limit + rounding
    const level = isExcess ? before : bucket.add(nowMs, limit, windowMs)
    return {
      limit,
      waitMs: isExcess ? Math.ceil(((before + 1 - limit) * windowMs) / limit) : undefined,
      remaining: Math.max(0, Math.floor(limit - level)),
      fullInMs: Math.ceil((level * windowMs) / limit),
    }
  }
}

function bucketOf(buckets: Recent<Bucket>, key: string): Bucket {
  const known = buckets.get(key)
  if (known !== undefined) return known
  const bucket = new Bucket()
  buckets.set(key, bucket)
  return bucket
}
