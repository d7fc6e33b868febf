import { apiTokenHash, makeApiToken } from '../../auth/web/api-tokens.ts'
import { dayBeginsMs } from '../../base/zoned-day.ts'
import { addApiToken, removeApiToken } from '../../directory/change/api-tokens.ts'
import { type ApiToken, apiTokensOf } from '../../directory/query/api-tokens.ts'
import { formatCidr, parseCidr } from '../../mail/ip.ts'
import { change } from '../context.ts'
import type { Operations } from '../operation.ts'
import { proveOwn } from '../prove.ts'
import { readDay, readLabel } from '../reading.ts'
import { Refused } from '../refused.ts'
import { whoseMeant } from '../whose.ts'

const dayMs = 86_400_000

/** Tokens for programs: made here, told once. */
export const tokenOperations: Operations<'token.add' | 'token.list' | 'token.remove'> = {
  async 'token.add'(context, input) {
    const user = await whoseMeant(context, input)
    await proveOwn(context, user, input.password)
    const { owner, ownerId, name: whose } = user
    const name = readLabel('name', input.name)
    const scopes = [...new Set(input.scopes)]
    const networks = [...new Set((input.networks ?? []).map(readNetwork))]
    const expiresAtMs = input.expires === undefined ? null : readLastDay(input.expires, context.clock.now())
    const token = makeApiToken()
    await change(context, addApiToken, { owner, ownerId, whose, name, tokenHash: apiTokenHash(token), scopes, networks, expiresAtMs }, () => 'name')
    return { ...shown({ name, scopes, networks, expiresAtMs, createdAtMs: context.clock.now(), lastUsedMs: null }), token }
  },

  async 'token.list'(context, input) {
    const { owner, ownerId } = await whoseMeant(context, input)
    return { tokens: (await context.directory.query(apiTokensOf, { owner, ownerId })).map(shown) }
  },

  async 'token.remove'(context, input) {
    const { owner, ownerId, name: whose } = await whoseMeant(context, input)
    return change(context, removeApiToken, { owner, ownerId, whose, name: input.name.trim() }, () => 'name')
  },
}

function shown({ name, scopes, networks, expiresAtMs, createdAtMs, lastUsedMs }: ApiToken) {
  const moment = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return { name, scopes, networks, expires: moment(expiresAtMs), created: new Date(createdAtMs).toISOString().slice(0, 10), lastUsed: moment(lastUsedMs) }
}

function readNetwork(text: string): string {
  const cidr = parseCidr(text.trim())
  if (cidr !== undefined) return formatCidr(cidr)
  throw new Refused('input', 'networks', {
    en: `"${text}" is no network; right would be 192.0.2.0/24, 2001:db8::/32 or an address`,
    de: `„${text}“ ist kein Netz; richtig wäre 192.0.2.0/24, 2001:db8::/32 oder eine Adresse`,
  })
}

/** The end of the day. */
function readLastDay(text: string, nowMs: number): number {
  const endsAtMs = (dayBeginsMs(readDay('expires', text), 'UTC') ?? 0) + dayMs
  if (endsAtMs > nowMs) return endsAtMs
  throw new Refused('input', 'expires', { en: `${text} is over already`, de: `${text} ist schon vorbei` })
}
