import { webUserNamed, type WebUser } from '../directory/query/web-users.ts'
import { addressKey } from '../mail/address.ts'
import type { OperationContext } from './context.ts'
import { customerMeant } from './customer-meant.ts'
import { directoryRefused } from './directory-refused.ts'
import { ownMailbox, type Principal } from './principal.ts'
import { readAddress, readName } from './reading.ts'
import { Refused } from './refused.ts'

/** Fields by which an input says whose sessions, tokens or second factors it is about; none: the asker's own. */
export interface Whose {
  readonly operator?: string | undefined
  readonly person?: string | undefined
  readonly customer?: string | undefined
  readonly address?: string | undefined
}

/** @throws Refused where there is nobody like that */
export async function whoseMeant(context: OperationContext, input: Whose): Promise<WebUser> {
  const { who, field, name } = await named(context, input)
  const user = await context.directory.query(webUserNamed, who)
  if (user !== undefined) return user
  throw directoryRefused({ code: 'unknown', thing: field === 'address' ? 'mailbox' : field, name, near: undefined }, field)
}

type Who = Parameters<typeof webUserNamed.run>[1]

async function named(
  context: OperationContext,
  { operator, person, customer, address }: Whose,
): Promise<{ readonly who: Who; readonly field: 'operator' | 'person' | 'address'; readonly name: string }> {
  if (operator !== undefined) {
    const name = readName('operator', operator)
    return { who: { kind: 'operator', name }, field: 'operator', name }
  }
  if (person !== undefined) {
    const name = addressKey(readAddress('person', person))
    const ofCustomer = await customerMeant(context, customer)
    if (ofCustomer === undefined) throw new Refused('input', 'customer', { en: 'say whose customer they work for', de: 'bitte angeben, für welchen Kunden' })
    return { who: { kind: 'person', name, customer: ofCustomer }, field: 'person', name }
  }
  if (address !== undefined) {
    const key = addressKey(readAddress('address', address))
    return { who: { kind: 'mailbox', key }, field: 'address', name: key }
  }
  // A customer alone names nobody.
  if (customer !== undefined) throw whose
  return { who: { kind: 'holder', ...ownHolder(context.principal) }, field: 'address', name: '' }
}

function ownHolder(principal: Principal): Pick<WebUser, 'owner' | 'ownerId'> {
  const mailbox = ownMailbox(principal)
  if (mailbox !== undefined) return { owner: 'account', ownerId: mailbox.accountId }
  if (principal.kind === 'operator') return { owner: 'operator', ownerId: principal.operatorId }
  if (principal.kind === 'person') return { owner: 'person', ownerId: principal.personId }
  throw whose
}

const whose = new Refused('input', 'person', {
  en: 'say whose: an operator’s, a person’s or a mailbox’s',
  de: 'bitte angeben, wessen: eines Betreibers, einer Person oder eines Postfachs',
})
