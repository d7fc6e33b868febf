import type { Change, Query } from '../database/database.ts'

/**
 * Keys of the installation that are made once and kept: `scram-salt` makes the salts of names that do not exist (auth/scram-sign-in.ts), `srs` the
 * reverse-paths of what is forwarded (mail/srs.ts), `lists` the addresses by which members leave distribution lists (delivery/list-addresses.ts),
 * `report-token` the tokens of what people send (mail/report-token.ts), `letters` the addresses by which news are declined
 * (letters/opt-out.ts), `domain-proof` the records by which customers show that a domain is
 * theirs (zone/ownership.ts), `passkey` the challenges of passkeys (auth/web/passkey), `oauth-cookie` the cookies of somebody who is asked whether a program may
 * read their mail, `oauth-signing` (sealed with the installation's key) signs ID tokens (auth/provider).
 */
export type SecretName = 'scram-salt' | 'srs' | 'lists' | 'letters' | 'report-token' | 'domain-proof' | 'passkey' | 'oauth-cookie' | 'oauth-signing'

/** Resolves to the secret that is kept: this one, unless there was one already. Several processes may start at the same time. */
export const keepSecret: Change<{ readonly name: SecretName; readonly value: string }, string> = {
  name: 'directory.keep-secret',
  durable: true,
  async run(tx, { name, value }) {
    await tx.run('INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value)
    const row = await tx.get<{ value: string }>('SELECT value FROM secret WHERE name = ?', name)
    return row?.value ?? value
  },
}

/** One that takes time to make: is there one already? */
export const keptSecret: Query<{ readonly name: SecretName }, string | undefined> = {
  name: 'directory.kept-secret',
  async run(reader, { name }) {
    return (await reader.get<{ value: string }>('SELECT value FROM secret WHERE name = ?', name))?.value
  },
}
