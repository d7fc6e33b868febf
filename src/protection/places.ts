import { hostOf, networkOf } from '../mail/network.ts'
import { Bucket } from './bucket.ts'
import { Recent } from './recent.ts'

/** What is remembered of one address or network, for one kind of client. */
export class Place {
  /** Connections open now. */
  open = 0
  readonly connections = new Bucket()
  readonly errors = new Bucket()
  readonly unknownRecipients = new Bucket()
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
    return placeOf(this.#addresses, hostOf(ip))
  }

  network(ip: string): Place {
    return placeOf(this.#networks, networkOf(ip, 48))
  }

  /** Remembered now, both kinds. */
  get size(): number {
    return this.#addresses.size + this.#networks.size
  }
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
