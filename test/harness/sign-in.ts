import { askForPassword } from '../../src/auth/sasl.ts'
import type { SignIn } from '../../src/auth/sign-in.ts'

/** What a directory of a test's own says of revocations: that there are none. */
export const noRevocations = {
  version: 1,
  query: () => Promise.reject(new Error('nothing was revoked')),
  onChange: () => () => {},
  credentialUsed: () => Promise.resolve(),
}

/** Signing in with passwords alone, by PLAIN and LOGIN too. */
export function passwordSignIn(passwords: Pick<SignIn, 'plaintextAllowed' | 'withPassword'>): SignIn {
  return {
    ...passwords,
    opened: () => {},
    closed: () => {},
    mechanisms: (from) => (passwords.plaintextAllowed(from) ? ['PLAIN', 'LOGIN'] : []),
    async withSasl(name, dialogue, from) {
      const mechanism = (['PLAIN', 'LOGIN'] as const).find((known) => known === name.toUpperCase())
      if (mechanism === undefined) return { fault: 'mechanism' }
      if (!passwords.plaintextAllowed(from)) return { refused: 'plaintext' }
      const given = await askForPassword(mechanism, dialogue)
      return given.kind === 'given' ? await passwords.withPassword(given.username, given.password, from) : { fault: given.fault }
    },
  }
}
