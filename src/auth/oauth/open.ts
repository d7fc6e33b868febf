import type { Clock } from '../../base/clock.ts'
import type { AskJson } from './fetch-json.ts'
import { Introspector } from './introspection.ts'
import { KeySetVerifier } from './key-set.ts'
import type { OAuthOptions, TokenVerifier } from './verifier.ts'

/** The verifier that somebody asks for. `ask`: how its provider is asked; default: as the operator's. */
export function openVerifier(options: OAuthOptions, clock: Clock, ask?: AskJson): TokenVerifier {
  const { source } = options
  return source.kind === 'jwks' ? new KeySetVerifier(options, new URL(source.url), clock, ask) : new Introspector(options, source, clock, ask)
}
