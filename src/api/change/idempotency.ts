import type { Change } from '../../database/database.ts'

/** So long an answer is kept for whoever asks again. */
const keptMs = 24 * 3_600_000
/** After so long nobody is at it any more, whichever server that was. */
const longestMs = 60_000

interface Beginning {
  readonly keyHash: string
  readonly fingerprint: string
  readonly server: string
  readonly nowMs: number
}

/** What is known of a request's key. `other`: it was another request's. */
export type Begun = { readonly state: 'new' | 'running' | 'other' } | { readonly state: 'answered'; readonly answer: Uint8Array }

/** A request with a key begins, or was seen before. */
export const beginRequest: Change<Beginning, Begun> = {
  name: 'api.begin-request',
  durable: true,
  async run(tx, { keyHash, fingerprint, server, nowMs }) {
    await tx.run('DELETE FROM idempotent_request WHERE began_at_ms < ?', nowMs - keptMs)
    // What a server that is gone has left may have been done or not; doing it again tells which.
    await tx.run('DELETE FROM idempotent_request WHERE key_hash = ? AND answer IS NULL AND server <> ? AND began_at_ms < ?', keyHash, server, nowMs - longestMs)
    const inserted = await tx.run(
      'INSERT INTO idempotent_request (key_hash, fingerprint, server, began_at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (key_hash) DO NOTHING',
      keyHash,
      fingerprint,
      server,
      nowMs,
    )
    if (inserted === 1) return { state: 'new' }
    const row = await tx.get<{ fingerprint: string; answer: Uint8Array | null }>(
      'SELECT fingerprint, answer FROM idempotent_request WHERE key_hash = ?',
      keyHash,
    )
    if (row === undefined || row.fingerprint !== fingerprint) return { state: 'other' }
    return row.answer === null ? { state: 'running' } : { state: 'answered', answer: row.answer }
  },
}

export const endRequest: Change<{ readonly keyHash: string; readonly answer: Uint8Array }, undefined> = {
  name: 'api.end-request',
  durable: true,
  async run(tx, { keyHash, answer }) {
    await tx.run('UPDATE idempotent_request SET answer = ? WHERE key_hash = ?', answer, keyHash)
    return undefined
  },
}

/** It came to nothing, by a fault of ours. */
export const forgetRequest: Change<{ readonly keyHash: string }, undefined> = {
  name: 'api.forget-request',
  durable: false,
  async run(tx, { keyHash }) {
    await tx.run('DELETE FROM idempotent_request WHERE key_hash = ?', keyHash)
    return undefined
  },
}
