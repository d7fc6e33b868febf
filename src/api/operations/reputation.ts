import { normaliseIp } from '../../mail/ip.ts'
import type { Sender } from '../../protection/reputation.ts'
import type { Operations } from '../operation.ts'
import { readDomain } from '../reading.ts'

/** What was seen of senders (SPEC A11). */
export const reputationOperations: Operations<'reputation.show' | 'reputation.forget'> = {
  async 'reputation.show'({ reputation }, { of }) {
    return { standings: await reputation.of(readSender(of)) }
  },

  async 'reputation.forget'({ reputation }, { of }) {
    await reputation.forget(readSender(of))
    return {}
  },
}

/** An IP address with its network, or a domain. */
function readSender(text: string): Sender {
  const ip = normaliseIp(text)
  return ip === undefined ? { ip: '', domains: [readDomain('of', text)] } : { ip, domains: [] }
}
