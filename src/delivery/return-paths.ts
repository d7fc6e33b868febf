import type { Clock } from '../base/clock.ts'
import type { Address } from '../mail/address.ts'
import { Srs } from '../mail/srs.ts'

/** Reverse-paths of what is forwarded, and the way back (SPEC A13). */
export class ReturnPaths {
  readonly #secret: string
  readonly #clock: Clock

  /** @param secret of the installation: mail may come back to any of its nodes */
  constructor(secret: Uint8Array, clock: Clock) {
    this.#secret = Buffer.from(secret).toString('base64')
    this.#clock = clock
  }

  /** With which `sender`'s mail leaves in the name of `domain`, which is ours; undefined: it would be too long. */
  forward(sender: Address, domain: string): Address | undefined {
    return new Srs(this.#secret, domain).forward(sender, this.#clock.now())
  }

  /** Whose mail went out with it; undefined: nobody's, or too long ago. */
  back(address: Address): Address | undefined {
    return new Srs(this.#secret, address.domain).back(address, this.#clock.now())
  }
}
