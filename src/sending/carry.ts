import { parseAddress, type Address } from '../mail/address.ts'
import type { Due, Way } from '../queue/queue.ts'
import { refusalReason } from '../queue/reason.ts'
import { RemoteFault } from '../smtp/client/connection.ts'
import { RemoteRefusal } from '../smtp/client/session.ts'
import { transact, type RecipientResult, type TransactionEnvelope } from '../smtp/client/transaction.ts'
import type { Carried } from './lane.ts'
import { sendingLimits } from './limits.ts'
import { type NoSession, type OpenSession, type Opener, noSession } from './opener.ts'
import type { Attempt } from './outcome.ts'
import type { Route } from './routes.ts'
import type { TlsDemand } from './security.ts'
import type { Target } from './targets.ts'

export interface CarriedMessage extends Carried {
  readonly attempt: Attempt
  readonly by: Omit<Way, 'relay'>
}

export interface Cargo {
  readonly due: Due
  readonly target: Target
  readonly route: Route
  /** One that was used before. */
  readonly open: OpenSession | undefined
  readonly text: () => AsyncIterable<Buffer>
}

/** One attempt for one message: over the given session, or over those that can be opened until one of them does not break. */
export async function carry({ due, target, route, open, text }: Cargo, opener: Opener): Promise<CarriedMessage> {
  const envelope = envelopeOf(due)
  const tried = new Set<string>()
  let current = usable(open)
  for (let broken = 0; ; ) {
    const reused = current !== undefined
    const on: OpenSession | NoSession = current ?? (await opener.open({ target, route, demand: tlsDemand(due) }, tried))
    if (!('session' in on)) return inVain(on)
    try {
      const results = await transactInTime(on, envelope, text)
      on.messages += 1
      const attempt: Attempt = { kind: 'answered', results, host: on.host, tellsSender: on.session.extensions.dsn }
      return { attempt, hint: hintOf(results, on.host), open: usable(on), by: on }
    } catch (error) {
      on.session.connection.close()
      if (!(error instanceof RemoteFault || error instanceof RemoteRefusal)) throw error
      current = undefined
      // While it rested the other side had enough of it; nothing was handed over.
      if (reused && error.step === 'mail') continue
      broken += 1
      tried.add(on.ip)
      const mayHaveIt = error.step === 'final'
      if (mayHaveIt || broken === sendingLimits.sessionsPerAttempt || !target.hosts.some(({ addresses }) => addresses.some((ip) => !tried.has(ip))))
        return inVain({ ...noSession(error, on.host), host: on.host, ip: on.ip })
    }
  }
}

function inVain({ trouble, lasting, hint, host, ip }: NoSession): CarriedMessage {
  return {
    attempt: { kind: 'trouble', trouble, lasting },
    hint: hint && { is: hint, trouble },
    open: undefined,
    by: { host, ip, tls: 'none' },
  }
}

function usable(open: OpenSession | undefined): OpenSession | undefined {
  if (open === undefined) return undefined
  const { connection } = open.session
  if (!connection.gone && !connection.heard) return open
  connection.close()
  return undefined
}

async function transactInTime({ session }: OpenSession, envelope: TransactionEnvelope, text: Cargo['text']): Promise<RecipientResult[]> {
  const { transactionMs, leastOctetsPerSecond } = sendingLimits
  const timer = setTimeout(() => session.connection.close(), transactionMs + (envelope.sizeBytes / leastOctetsPerSecond) * 1000)
  try {
    return await transact(session, envelope, text)
  } finally {
    clearTimeout(timer)
  }
}

/** "Too much" from one of them counts for all; whatever else was answered, the destination works. */
function hintOf(results: readonly RecipientResult[], host: string): Carried['hint'] {
  for (const one of results) {
    if (one.result !== 'refused' || one.reply.code >= 500) continue
    const reason = refusalReason(one.reply, false)
    if (reason === 'rate') return { is: 'too-much', trouble: { by: 'answer', reason, reply: one.reply, host } }
  }
  return 'well'
}

/** What the message says of TLS. A notice about one that must not go in the clear is not lost for want of it (RFC 8689 5). */
export function tlsDemand({ requireTls, reversePath, tlsOptional }: Due): TlsDemand {
  return requireTls && reversePath !== '' ? 'required' : tlsOptional === true ? 'no' : undefined
}

function envelopeOf(due: Due): TransactionEnvelope {
  const { sizeBytes, eightBit, utf8, requireTls, priority, ret, envelopeId } = due
  return {
    ...{ sizeBytes, eightBit, utf8, requireTls, priority },
    reversePath: due.reversePath === '' ? null : parsed(due.reversePath),
    recipients: due.recipients.map(({ address, dsn }) => ({ address: parsed(address), dsn })),
    dsn: { ret, envelopeId },
  }
}

/** Addresses of the queue were parsed when they came in. */
function parsed(text: string): Address {
  const address = parseAddress(text)
  if (address === undefined) throw new TypeError(`not an address: ${text}`)
  return address
}
