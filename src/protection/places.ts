import { networkOf } from './network.ts'

/** Something that is used up by events and recovers evenly with time (a leaky bucket). Starts empty. */
export class Bucket {
  #level = 0
  #atMs = 0

  /** Counts `amount` and returns the level then. `limit` events flow off in `windowMs`, so that is the rate that can be held for ever. */
  add(nowMs: number, limit: number, windowMs: number, amount = 1): number {
    this.#level = this.level(nowMs, limit, windowMs) + amount
    this.#atMs = nowMs
    return this.#level
  }

  level(nowMs: number, limit: number, windowMs: number): number {
    // A clock that was set back must not fill the bucket
    const elapsedMs = Math.max(0, nowMs - this.#atMs)
    return Math.max(0, this.#level - (elapsedMs * limit) / windowMs)
  }
}

/** What is remembered of one address or network, for one kind of client. */
export class Place {
  /** Connections open now. */
  open = 0
  readonly connections = new Bucket()
  readonly errors = new Bucket()
  readonly unknownRecipients = new Bucket()
}

/**
 * A map that forgets what was not used for long, past `maxEntries`. Two generations instead of an order of use: what is used moves to
 * the young one; when that is half of all, the old one is dropped. Moving each entry to the end of a Map costs ten times as much.
 */
export class Recent<Value> {
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()
  readonly #maxEntries: number
  readonly #keep: ((value: Value) => boolean) | undefined

  /** `keep`: what must not be forgotten (few; bounded by something else). */
  constructor(maxEntries: number, keep?: (value: Value) => boolean) {
    this.#maxEntries = maxEntries
    this.#keep = keep
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.set(key, old)
    return old
  }

  set(key: string, value: Value): void {
    if (this.#young.size * 2 >= this.#maxEntries) this.#age()
    this.#young.set(key, value)
    this.#old.delete(key)
  }

  #age(): void {
    const dropped = this.#old
    this.#old = this.#young
    this.#young = new Map()
    const keep = this.#keep
    if (keep === undefined) return
    for (const [key, value] of dropped) if (keep(value)) this.#young.set(key, value)
  }
}

/** Addresses and networks remembered each, for mail and for access; past that the longest unused go. About 300 bytes each. */
const maxPlaces = 50_000

/**
 * Addresses and networks that somebody came from lately. One IPv6 host has a /64 to itself, so there an "address" is the /64
 * and the network the /48; for IPv4 the network is the /24.
 */
export class Places {
  readonly #addresses = new Recent<Place>(maxPlaces, isInUse)
  readonly #networks = new Recent<Place>(maxPlaces, isInUse)

  address(ip: string): Place {
    return placeOf(this.#addresses, addressOf(ip))
  }

  network(ip: string): Place {
    return placeOf(this.#networks, networkOf(ip, 24, 48))
  }

  /** Remembered now, both kinds. */
  get size(): number {
    return this.#addresses.size + this.#networks.size
  }
}

/** What stands for one host: the IPv4 address, the IPv6 /64. */
export function addressOf(ip: string): string {
  return ip.includes(':') ? networkOf(ip, 32, 64) : ip
}

function placeOf(places: Recent<Place>, key: string): Place {
  const known = places.get(key)
  if (known !== undefined) return known
  const place = new Place()
  places.set(key, place)
  return place
}

function isInUse(place: Place): boolean {
  return place.open > 0
}
