import { createHash } from 'node:crypto'
import { ImapSession } from './imap-session.ts'

/** Everything that a client can see of an account, as text that can be compared. */
export async function snapshot(port: number, user: string): Promise<string[]> {
  using session = await ImapSession.open(port, user)
  const lines: string[] = []
  for (const name of await session.list()) {
    const { uidValidity, uidNext } = await session.select(name)
    lines.push(`${user} ${name} ${uidValidity} ${uidNext}`)
    const all = uidNext > 1 ? await session.fetch('1:*') : []
    for (let at = 0; at < all.length; at += 100) {
      const uids = all.slice(at, at + 100).map(({ uid }) => uid)
      for (const { uid, flags, octets } of await session.fetch(uids.join(), { octets: true })) {
        lines.push(
          `${user} ${name} ${uid} ${flags.join(' ')} ${createHash('sha256')
            .update(octets ?? '')
            .digest('base64url')}`,
        )
      }
    }
  }
  return lines
}
