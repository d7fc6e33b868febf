import type { Clock } from '../../base/clock.ts'
import { Introspector } from './introspection.ts'
import { KeySetVerifier } from './key-set.ts'
import type { OAuthOptions, TokenVerifier } from './verifier.ts'

/** The verifier that the configuration asks for. */
export function openVerifier(options: OAuthOptions, clock: Clock): TokenVerifier {
  const { source } = options
  return source.kind === 'jwks' ? new KeySetVerifier(options, new URL(source.url), clock) : new Introspector(options, source, clock)
}
