import { VerifierUnavailable } from '../oauth/verifier.ts'
import type { OidcClient } from './client.ts'

/** What is tried of a provider, in this order; what fails ends it. */
export const probes = ['discovery', 'keys', 'client', 'introspection'] as const

export interface Probed {
  readonly probe: (typeof probes)[number]
  readonly good: boolean
  /** Why not, as the provider or our own look at it says; for people who set such things up. */
  readonly detail: string | undefined
}

/**
 * Would people get in by this provider? All but the last step is tried: that somebody signs in there.
 * @param asks it is to be asked about access tokens
 */
export async function probe(client: Pick<OidcClient, 'metadata' | 'hasKeys' | 'knowsUs'>, redirectUri: string, asks: boolean): Promise<readonly Probed[]> {
  const tries: Readonly<Record<Probed['probe'], () => Promise<string | undefined>>> = {
    discovery: async () => void (await client.metadata()),
    keys: async () => ((await client.hasKeys()) ? undefined : 'there is no key'),
    client: async () => ((await client.knowsUs(redirectUri)) ? undefined : 'invalid_client'),
    introspection: async () => ((await client.metadata()).introspection === undefined ? 'introspection_endpoint is missing' : undefined),
  }
  const done: Probed[] = []
  for (const name of probes) {
    if (name === 'introspection' && !asks) continue
    const detail = await tries[name]().catch(why)
    done.push({ probe: name, good: detail === undefined, detail })
    if (detail !== undefined) break
  }
  return done
}

function why(thrown: unknown): string {
  if (thrown instanceof VerifierUnavailable) return thrown.message
  throw thrown
}
