import { Brakes } from '../auth/brakes.ts'
import { verifyPassword } from '../auth/password-hash.ts'
import { longestPassword } from '../auth/sasl.ts'
import type { WebUser } from '../directory/query/web-users.ts'
import type { OperationContext } from './context.ts'
import { isAsker } from './own-password.ts'
import { Refused } from './refused.ts'

/**
 * As `prove`, where what is made would outlast the session of whoever asks and open what is theirs.
 */
export async function proveOwn(context: Pick<OperationContext, 'principal' | 'guesses'>, user: WebUser | undefined, given: string | undefined): Promise<void> {
  const { principal } = context
  if (user !== undefined && principal.sessionId !== undefined && isAsker(principal, user)) await prove(context, user, given)
}

/**
 * Whoever sits at a browser that was left open must not change what opens it: the password is asked for again. Who has none, since they come by a passkey or
 * are the machine's owner, is not asked.
 * @throws Refused where it is wrong, or was wrong too often
 */
export async function prove(
  { principal, guesses }: Pick<OperationContext, 'principal' | 'guesses'>,
  user: WebUser,
  given: string | undefined,
  field = 'password',
): Promise<void> {
  const { password } = user
  if (principal.kind === 'system' || password === undefined) return
  // A place of their own: whoever guesses here is at one browser, and must not slow down others at that network.
  const attempt = { account: user.name, ip: `${user.owner}-${user.ownerId}` }
  const answer = await new Brakes(guesses, 1).judge(attempt, async () => {
    const right = given !== undefined && given.length <= longestPassword && (await verifyPassword(password.phc, given))
    return right ? { signedIn: true } : { refused: 'credentials' as const }
  })
  if (answer.refused === 'credentials') throw new Refused('forbidden', field, { en: 'this is not your password', de: 'das ist nicht Ihr Passwort' })
  if (answer.refused !== undefined)
    throw new Refused('limit', field, { en: 'too many wrong passwords; wait a few minutes', de: 'zu viele falsche Passwörter; bitte ein paar Minuten warten' })
}
