import { addressKey } from '../../mail/address.ts'
import type { SenderAuthentication } from '../../msgauth/authentication.ts'
import { isAuthorProven } from '../../msgauth/claims.ts'
import type { KnownSender } from '../../policy/judging.ts'
import type { StandingFacts } from '../../spam/input.ts'

/** What is known of the author's domain or address counts where it is proven that he is the author. */
export function standingOf({ address, network, domains, writtenTo }: KnownSender, found: Pick<SenderAuthentication, 'author'> | undefined): StandingFacts {
  if (found === undefined || !isAuthorProven(found)) return { address, network, domain: 0, wroteTo: false }
  // Of several authors the worst counts.
  const domain = domains.length === 0 ? 0 : Math.max(...domains.map(([, value]) => value))
  const { kind, addresses } = found.author
  return { address, network, domain, wroteTo: kind === 'one' && addresses.some((author) => writtenTo.includes(addressKey(author))) }
}
