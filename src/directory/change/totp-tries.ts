import type { Change } from '../../database/database.ts'
import type { Holder } from '../query/web-users.ts'

/** Codes that may be tried at once, and after how long one more may be: of a million codes three are right, so a year of trying finds one with a chance of one in four. */
const triesAtOnce = 10
const oneMoreMs = 5 * 60_000

/**
 * Somebody who knows the password tries an app's code, wherever they come from; counted before the code is looked at, so that trying side by side gains nothing.
 * false: not now. Other second factors are not shut by it, since nobody guesses them.
 */
export const beginTotpTry: Change<Holder & { readonly atMs: number }, boolean> = {
  name: 'directory.begin-totp-try',
  durable: false,
  async run(tx, { owner, ownerId, atMs }) {
    // One statement, so that of those side by side each sees what the others have counted.
    const counted = await tx.run(
      `INSERT INTO totp_tries (owner, owner_id, free_at_ms) VALUES (?, ?, ?) ON CONFLICT (owner, owner_id) DO UPDATE
       SET free_at_ms = CASE WHEN totp_tries.free_at_ms > ? THEN totp_tries.free_at_ms ELSE ? END + ? WHERE totp_tries.free_at_ms <= ?`,
      ...[owner, ownerId, atMs + oneMoreMs, atMs, atMs, oneMoreMs, atMs + (triesAtOnce - 1) * oneMoreMs],
    )
    return counted === 1
  },
}

/** One was right. */
export const forgetTotpTries: Change<Holder, void> = {
  name: 'directory.forget-totp-tries',
  durable: false,
  async run(tx, { owner, ownerId }) {
    await tx.run('DELETE FROM totp_tries WHERE owner = ? AND owner_id = ?', owner, ownerId)
  },
}
