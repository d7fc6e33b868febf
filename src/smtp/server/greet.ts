import { formatReply, type Reply } from '../../mail/reply.ts'
import type { Visit } from '../../policy/policy.ts'
import type { Peer } from '../../wire/peer.ts'

/**
 * The greeting (RFC 5321 3.1), or what takes its place. Who speaks before it is no mail server (SPEC A9a); but where nobody has to wait for
 * it, what came while we asked ourselves whether it may come is not early. False: the connection is over.
 */
export async function greet(peer: Peer, visit: Visit, hostname: string): Promise<boolean> {
  const { verdict } = visit
  if (verdict.action === 'reject' || verdict.action === 'defer') return close(peer, verdict.reply)
  if (visit.greetingDelayMs > 0) {
    if (peer.buffered === 0 && (await peer.wait(visit.greetingDelayMs)) === 'closed') return false
    if (peer.buffered > 0) return close(peer, visit.earlyTalker())
  }
  peer.write(`220 ${hostname} ESMTP Posthorn\r\n`)
  return true
}

function close(peer: Peer, reply: Reply): false {
  peer.end(`${formatReply(reply)}\r\n`)
  return false
}
