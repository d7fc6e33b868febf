import { replies } from '../replies.ts'
import type { Answer, Session } from '../session.ts'

/** STARTTLS (RFC 3207). Afterwards nothing is known of the client, and nothing that it sent before is left (section 4.2). */
export async function startTls(session: Session): Promise<Answer> {
  const { deps, peer } = session
  if (peer.tls !== undefined) return replies.tlsAlready
  // RFC 3207 4.2: what was said before must be forgotten, the sign-in too.
  if (session.signedIn !== undefined) return replies.tlsAfterAuth
  if (deps.tls === undefined) return replies.tlsNotOffered
  session.say(replies.readyForTls)
  try {
    await peer.startTls(deps.tls())
  } catch (err) {
    deps.log.info('TLS handshake failed', { ip: peer.ip, err })
    peer.destroy()
    return undefined
  }
  session.endTransaction()
  session.phase = 'connected'
  session.extended = false
  session.describeClient(undefined)
  return undefined
}
