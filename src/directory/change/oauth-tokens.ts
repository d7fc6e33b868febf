import type { Change } from '../../database/database.ts'

/** How long a refresh token that was used is known as one: who shows it again has stolen it, or was stolen from. */
const usedHoldsMs = 14 * 86_400_000

interface KeptToken {
  /** What is kept of its secret. */
  readonly idHash: string
  /** oidc-provider's name of it: "AccessToken", "RefreshToken", "AuthorizationCode", "Interaction". */
  readonly kind: string
  /** The grant; null: nobody has agreed yet. */
  readonly credentialId: number | null
  /** What oidc-provider knows of it, as JSON. */
  readonly payload: string
  readonly expiresAtMs: number
  readonly atMs: number
}

/** Keeps one, or what has become of it. Those whose time is over go. */
export const keepOauthToken: Change<KeptToken, void> = {
  name: 'directory.keep-oauth-token',
  durable: true,
  async run(tx, { idHash, kind, credentialId, payload, expiresAtMs, atMs }) {
    await tx.run('DELETE FROM oauth_token WHERE expires_at_ms < ?', atMs)
    await tx.run(
      `INSERT INTO oauth_token (id_hash, kind, credential_id, payload, expires_at_ms, consumed_at_ms) VALUES (?, ?, ?, ?, ?, NULL)
       ON CONFLICT (id_hash) DO UPDATE SET payload = excluded.payload, expires_at_ms = excluded.expires_at_ms`,
      ...[idHash, kind, credentialId, payload, expiresAtMs],
    )
  },
}

/** Resolves to false where somebody has used it before. */
export const useOauthToken: Change<{ readonly idHash: string; readonly atMs: number }, boolean> = {
  name: 'directory.use-oauth-token',
  durable: true,
  async run(tx, { idHash, atMs }) {
    const untilMs = atMs + usedHoldsMs
    const used = await tx.run(
      `UPDATE oauth_token SET consumed_at_ms = ?, expires_at_ms = CASE WHEN expires_at_ms > ? THEN ? ELSE expires_at_ms END
       WHERE id_hash = ? AND consumed_at_ms IS NULL`,
      ...[atMs, untilMs, untilMs, idHash],
    )
    return used > 0
  },
}

export const dropOauthToken: Change<{ readonly idHash: string }, void> = {
  name: 'directory.drop-oauth-token',
  durable: true,
  async run(tx, { idHash }) {
    await tx.run('DELETE FROM oauth_token WHERE id_hash = ?', idHash)
  },
}
