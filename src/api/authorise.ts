import { isForOperators } from '../directory/address-settings.ts'
import { outOfReach } from '../directory/query/reach.ts'
import type { Named, Reach } from '../directory/reach.ts'
import { formatAddress } from '../mail/address.ts'
import { access, type Rule } from './access.ts'
import type { OperationContext } from './context.ts'
import type { OperationName } from './contract.ts'
import { directoryRefused } from './directory-refused.ts'
import { may, ownMailbox, type Principal, reachOf } from './principal.ts'
import { readAddress, readDomain, readName } from './reading.ts'
import { Refused } from './refused.ts'
import { routeOf } from './rest.ts'

/** Fields of an operation's input, as its schema has let them pass. */
type Input = Readonly<Record<string, unknown>>

/**
 * May the one who asks do this to that? Whoever names what is out of their reach hears what they would hear if it were not there.
 * @throws Refused `forbidden`: they may not do such things; `unknown`: not to this; `input`: they did not say to what
 */
export async function authorise(
  { principal: asker, directory }: Pick<OperationContext, 'principal' | 'directory'>,
  name: OperationName,
  input: Input,
): Promise<void> {
  const rule = access[name]
  const isOwn = rule.own?.every((field) => input[field] === undefined) === true
  if (asker.token !== undefined && (isOwn || rule.inPerson === true)) throw forbidden
  if (asker.unready === true && !(isOwn && rule.first === true)) throw secondFactorFirst
  if (isOwn) return
  const principal = isReading(name) ? lookingOn(asker) : asker
  const reaches = reachesFor(principal, rule)
  if (reaches.length === 0) throw forbidden
  if (reaches.some((reach) => reach.kind === 'all')) return
  if (rule.oneOf?.every((field) => input[field] === undefined) === true) throw mustName(rule.oneOf)
  const about = namedBy(rule, input)
  let out: Named | undefined
  for (const reach of reaches) {
    out = await directory.query(outOfReach, { reach, named: about.map(([, named]) => named) })
    if (out === undefined) break
  }
  if (out !== undefined) throw notThere(out, about)
  mustBeTheirsToSet(rule, input)
}

function isReading(name: OperationName): boolean {
  return routeOf(name).method === 'GET'
}

/** A token that may read may look at all that its owner may. */
function lookingOn({ token, ...owner }: Principal): Principal {
  return token === undefined || token.reads === true ? owner : { ...owner, token }
}

/** In which they may do such a thing; none: nowhere. Somebody who works for a customer may also use a mailbox there. */
function reachesFor(principal: Principal, rule: Rule): readonly Reach[] {
  const reaches: Reach[] = []
  if (may(principal, rule.may)) reaches.push(reachOf(principal))
  const mailbox = rule.self === true && (principal.token?.allows.includes(rule.may) ?? true) ? ownMailbox(principal) : undefined
  if (mailbox !== undefined) reaches.push({ kind: 'account', accountId: mailbox.accountId })
  return reaches
}

/** What the input names. From above, a customer is one of the asker's, and not the asker itself. */
function namedBy({ about = {}, fromAbove = [] }: Rule, input: Input): readonly (readonly [field: string, Named])[] {
  const isFromAbove = fromAbove.some((field) => input[field] !== undefined)
  return Object.entries(about).flatMap(([field, kind]) => {
    const text = input[field]
    const texts = (Array.isArray(text) ? text : [text]).filter((one) => typeof one === 'string')
    return texts.map((one) => [field, read(field, kind === 'customer' && isFromAbove ? 'resold' : kind, one)] as const)
  })
}

function read(field: string, kind: Named['kind'], text: string): Named {
  switch (kind) {
    case 'address':
      return { kind, address: readAddress(field, text) }
    case 'domain':
      return { kind, name: readDomain(field, text) }
    case 'customer':
    case 'resold':
      return { kind, name: readName(field, text) }
  }
}

function notThere(out: Named, about: readonly (readonly [field: string, Named])[]): Refused {
  const [thing, name] =
    out.kind === 'address' ? (['address', formatAddress(out.address)] as const) : ([out.kind === 'resold' ? 'customer' : out.kind, out.name] as const)
  return directoryRefused({ code: 'unknown', thing, name, near: undefined }, about.find(([, named]) => named === out)?.[0])
}

/** How much may be sent, and by which relays, is the operator's to say. */
function mustBeTheirsToSet({ operators = [] }: Rule, input: Input): void {
  const field = operators.find((one) => input[one] !== undefined)
  if (field !== undefined) throw fromProvider(field, field)
  const key = Object.keys((input['values'] as Record<string, unknown> | undefined) ?? {}).find(isForOperators)
  if (key !== undefined) throw fromProvider(`values.${key}`, key)
}

function fromProvider(field: string, name: string): Refused {
  return new Refused('forbidden', field, { en: `${name} is set by your provider`, de: `${name} legt Ihr Anbieter fest` })
}

function mustName(fields: readonly string[]): Refused {
  return new Refused('input', fields[0], { en: `say which: ${fields.join(' or ')}`, de: `bitte angeben: ${fields.join(' oder ')}` })
}

const secondFactorFirst = new Refused('forbidden', undefined, {
  en: 'add a second factor first: an authenticator app or a passkey',
  de: 'bitte zuerst einen zweiten Faktor hinzufügen: eine Authenticator-App oder einen Passkey',
})
const forbidden = new Refused('forbidden', undefined, { en: 'you may not do that', de: 'dazu sind Sie nicht berechtigt' })
