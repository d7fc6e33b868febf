import type { Change } from '../../database/database.ts'
import type { SignInMethod } from '../query/web-sessions.ts'
import type { Holder } from '../query/web-users.ts'
import { directoryChange, refuse, type Step } from './change.ts'

/**
 * `totp`: an app's six digits (RFC 6238); value: the secret, sealed. `passkey`: value: JSON of what `auth/web/passkey` keeps. `recovery-code`: for when the
 * others are lost; value: a hash.
 */
export type SecondFactorKind = 'totp' | 'passkey'

/** Of one owner. */
const maxSecondFactors = 20

/** `session`: the one in which it is done, which goes on. */
interface Asking extends Holder {
  readonly session: string | undefined
}

interface NewSecondFactor extends Asking {
  /** For the audit: whose it is. */
  readonly whose: string
  readonly factorId: string
  readonly kind: SecondFactorKind
  /** What people call it: the device that has it. Once of one owner, in any case. */
  readonly name: string
  readonly value: string
  /** Of a passkey, its id: no two people have the same. */
  readonly credentialId: string | null
  /** `totp`: the step that was used last. `passkey`: the authenticator's counter. */
  readonly counter: number
  /** What is kept of the recovery codes that come with the first one. */
  readonly recoveryCodes: readonly string[]
}

/** `first`: it is the first one, and its recovery codes hold. Who is signed in by the password alone is signed out. */
export const addSecondFactor = directoryChange('second-factor.add', async (step: Step<NewSecondFactor>) => {
  const { tx, args, atMs } = step
  const { owner, ownerId, name } = args
  const rows = await tx.all<{ name: string }>("SELECT name FROM second_factor WHERE owner = ? AND owner_id = ? AND kind <> 'recovery-code'", owner, ownerId)
  if (rows.some((row) => row.name.toLowerCase() === name.toLowerCase())) return refuse({ code: 'exists', thing: 'second-factor', name })
  if (rows.length >= maxSecondFactors) return refuse({ code: 'too-many', of: 'second-factors', limit: maxSecondFactors, plan: undefined })
  const taken = args.credentialId === null ? undefined : await tx.get('SELECT 1 AS one FROM second_factor WHERE credential_id = ?', args.credentialId)
  if (taken !== undefined) return refuse({ code: 'exists', thing: 'second-factor', name })
  await insert(step, args, atMs)
  const first = rows.length === 0
  if (first) await replaceCodes(step, args.recoveryCodes)
  if (first) await endSessionsBy(step, ['password'])
  return { done: { first }, audit: { subject: args.whose, detail: { kind: args.kind, name } } }
})

/** With the last one the recovery codes go, too. Who is signed in by such a thing is signed out: it may have been stolen. */
export const removeSecondFactor = directoryChange(
  'second-factor.remove',
  async (step: Step<Asking & { readonly whose: string; readonly factorId: string }>) => {
    const { tx, args } = step
    const { owner, ownerId, factorId, whose } = args
    const of = [owner, ownerId] as const
    const found = await tx.get<{ name: string; kind: SecondFactorKind }>(
      "SELECT name, kind FROM second_factor WHERE owner = ? AND owner_id = ? AND factor_id = ? AND kind <> 'recovery-code'",
      ...of,
      factorId,
    )
    if (found === undefined) return refuse({ code: 'unknown', thing: 'second-factor', name: factorId, near: undefined })
    await tx.run('DELETE FROM second_factor WHERE owner = ? AND owner_id = ? AND factor_id = ?', ...of, factorId)
    await endSessionsBy(step, methodsBy[found.kind])
    const left = await tx.get("SELECT 1 AS one FROM second_factor WHERE owner = ? AND owner_id = ? AND kind <> 'recovery-code' LIMIT 1", ...of)
    if (left === undefined) await tx.run('DELETE FROM second_factor WHERE owner = ? AND owner_id = ?', ...of)
    return { done: { name: found.name }, audit: { subject: whose, detail: { kind: found.kind, name: found.name } } }
  },
)

/** The old ones are good no more. */
export const setRecoveryCodes = directoryChange(
  'recovery-codes.set',
  async (step: Step<Holder & { readonly whose: string; readonly recoveryCodes: readonly string[] }>) => {
    await replaceCodes(step, step.args.recoveryCodes)
    return { done: {}, audit: { subject: step.args.whose } }
  },
)

/**
 * A second factor was used. false: it cannot be used again, since somebody was faster, or it was a copy. No change of the directory: nothing that is remembered
 * depends on it.
 */
export const useSecondFactor: Change<
  Holder & { readonly factorId: string; readonly atMs: number /** Undefined: a recovery code, which goes. */; readonly counter: number | undefined },
  boolean
> = {
  name: 'directory.use-second-factor',
  durable: true,
  async run(tx, { owner, ownerId, factorId, atMs, counter }) {
    const of = [owner, ownerId, factorId] as const
    if (counter === undefined) return (await tx.run('DELETE FROM second_factor WHERE owner = ? AND owner_id = ? AND factor_id = ?', ...of)) === 1
    // A passkey that does not count stays at 0.
    const changed = await tx.run(
      'UPDATE second_factor SET counter = ?, last_used_ms = ? WHERE owner = ? AND owner_id = ? AND factor_id = ? AND (counter < ? OR (counter = 0 AND ? = 0))',
      ...[counter, atMs, ...of, counter, counter],
    )
    return changed === 1
  },
}

/** A challenge was answered: it is good once. false: it was answered before. */
export const spendChallenge: Change<{ readonly challenge: string; readonly atMs: number; readonly untilMs: number }, boolean> = {
  name: 'directory.spend-challenge',
  durable: false,
  async run(tx, { challenge, atMs, untilMs }) {
    await tx.run('DELETE FROM spent_challenge WHERE until_ms < ?', atMs)
    return (await tx.run('INSERT INTO spent_challenge (challenge, until_ms) VALUES (?, ?) ON CONFLICT DO NOTHING', challenge, untilMs)) === 1
  },
}

const methodsBy: Readonly<Record<SecondFactorKind, readonly SignInMethod[]>> = {
  totp: ['password+totp', 'provider+totp'],
  passkey: ['passkey', 'password+passkey', 'provider+passkey'],
}

async function endSessionsBy({ tx, args }: Step<Asking>, methods: readonly SignInMethod[]): Promise<void> {
  for (const method of methods) {
    const of = [args.owner, args.ownerId, method, args.session ?? ''] as const
    await tx.run('DELETE FROM web_session WHERE owner = ? AND owner_id = ? AND method = ? AND session_id <> ?', ...of)
  }
}

async function replaceCodes(step: Step<Holder>, values: readonly string[]): Promise<void> {
  const { tx, args, atMs } = step
  const { owner, ownerId } = args
  await tx.run("DELETE FROM second_factor WHERE owner = ? AND owner_id = ? AND kind = 'recovery-code'", owner, ownerId)
  for (const [index, value] of values.entries()) {
    const factorId = `code-${owner}-${ownerId}-${index}`
    await insert(step, { owner, ownerId, factorId, kind: 'recovery-code', name: '', value, credentialId: null, counter: 0 }, atMs)
  }
}

async function insert(
  { tx }: Step<unknown>,
  row: Holder & Pick<NewSecondFactor, 'factorId' | 'name' | 'value' | 'credentialId' | 'counter'> & { readonly kind: SecondFactorKind | 'recovery-code' },
  atMs: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO second_factor (factor_id, owner, owner_id, kind, name, value, credential_id, counter, created_at_ms, last_used_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`,
    ...[row.factorId, row.owner, row.ownerId, row.kind, row.name, row.value, row.credentialId, row.counter, atMs],
  )
}
