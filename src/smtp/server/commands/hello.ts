import { formatDateTime } from '../date-time.ts'
import type { Answer, Session } from '../session.ts'

/** EHLO and HELO (RFC 5321 4.1.1.1). Either also ends a transaction that was going on. */
export function hello(session: Session, extended: boolean, name: string): Answer {
  session.endTransaction()
  session.extended = extended
  session.phase = 'greeted'
  session.describeClient(name)
  const { deps, peer } = session
  if (!extended) {
    peer.write(`250 ${deps.hostname}\r\n`)
    return undefined
  }
  const startTls = deps.tls !== undefined && peer.tls === undefined ? '250-STARTTLS\r\n' : ''
  peer.write(
    `250-${deps.hostname}\r\n250-PIPELINING\r\n250-SIZE ${deps.maxMessageBytes()}\r\n${startTls}250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n` +
      `250-CHUNKING\r\n${others(session)}250-LIMITS MAILMAX=${deps.limits.transactions} RCPTMAX=${deps.limits.recipients}\r\n250 HELP\r\n`,
  )
  return undefined
}

/** What only some listeners offer. */
function others({ deps, extensions, from }: Session): string {
  const { dsn, requireTls, priority, futureReleaseSeconds } = extensions
  const mechanisms = deps.submission?.signIn.mechanisms(from) ?? []
  const lines = [
    mechanisms.length > 0 && `AUTH ${mechanisms.join(' ')}`,
    dsn && 'DSN',
    requireTls && 'REQUIRETLS',
    priority && 'MT-PRIORITY',
    futureReleaseSeconds > 0 && `FUTURERELEASE ${futureReleaseSeconds} ${formatDateTime(deps.clock.now() + futureReleaseSeconds * 1000)}`,
  ]
  return lines.map((line) => (line === false ? '' : `250-${line}\r\n`)).join('')
}
