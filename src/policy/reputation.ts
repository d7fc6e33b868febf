import type { Address } from '../mail/address.ts'
import { addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import type { ClaimedAuthor } from '../msgauth/author.ts'
import { isAuthorProven } from '../msgauth/claims.ts'
import { type Evidence, organisationOf } from '../protection/reputation.ts'
import type { Door } from './dependencies.ts'
import type { Judged, KnownSender } from './judging.ts'
import type { Transaction } from './policy.ts'

/** Mailboxes that are asked whom they wrote to; a message for more of them is none that one of them expects. */
const maxAccounts = 5
/** Addresses of an author that are looked up. */
const maxAuthors = 3

/** Nobody asks. */
export const unknownSender: KnownSender = { address: 0, network: 0, domains: [], writtenTo: [] }

/** What is known from before of who may have sent a message; whether he has, authentication will tell (SPEC A11). */
export async function knownSender(door: Door, { client }: Transaction, author: ClaimedAuthor, accounts: readonly AccountId[]): Promise<KnownSender> {
  const authors = author.kind === 'one' || author.kind === 'several' ? author.addresses.slice(0, maxAuthors) : []
  const [standings, ...written] = await Promise.all([
    door.reputation.of({ ip: client.ip, domains: authors.map(({ domain }) => domain) }),
    ...authors.map((address) => haveWritten(door, accounts, address)),
  ])
  const value = (kind: string, name?: string) => standings.find((standing) => standing.kind === kind && (name ?? standing.name) === standing.name)?.value ?? 0
  return {
    address: value('address'),
    network: value('network'),
    domains: authors.map(({ domain }) => [domain, value('domain', organisationOf(domain))] as const),
    writtenTo: authors.filter((_, index) => written[index]).map((address) => addressKey(address)),
  }
}

async function haveWritten({ correspondents }: Door, accounts: readonly AccountId[], address: Address): Promise<boolean> {
  if (accounts.length === 0 || accounts.length > maxAccounts) return false
  return (await Promise.all(accounts.map((accountId) => correspondents.knows(accountId, address)))).every((knows) => knows)
}

/** Points without those of reputation up to which a message speaks for its sender; from `spam.low` on it speaks against him. */
const goodScore = 1
/** More than any message has but one with a test string (SPEC A6). */
const testString = 500

/** What a message says of its sender. */
export function noteReputation({ reputation, directory }: Door, { client }: Transaction, judged: Judged): void {
  const evidence = evidenceOf(judged, directory.settings['spam.low'])
  if (evidence === undefined) return
  const authentication = judged.authentication?.found
  void reputation.note({ ip: client.ip, domains: authentication === undefined ? [] : provenDomains(authentication) }, evidence)
}

function evidenceOf({ spam, virus }: Judged, badScore: number): Evidence | undefined {
  if (virus?.found.result === 'fail') return 'bad'
  if (spam === undefined) return undefined
  const { score, tests } = spam.found.common
  const own = tests.reduce((sum, test) => (test.name.startsWith('REPUTATION_') ? sum + test.score : sum), 0)
  const points = score - own
  if (points >= testString) return undefined
  return points >= badScore ? 'bad' : points <= goodScore ? 'good' : undefined
}

function provenDomains(found: SenderAuthentication): readonly string[] {
  return isAuthorProven(found) ? found.author.domains.map(({ domain }) => domain) : []
}
