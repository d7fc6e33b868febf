import type { Named } from '../directory/reach.ts'
import type { OperationName } from './contract.ts'
import type { Permission } from '../base/permission.ts'

/** Who may do an operation. Operators may do all, and the machine's owner. */
export interface Rule {
  /** What people must be allowed to do; `operate`: only operators are. */
  readonly may: Permission
  /** Fields that name what it is about: each one that is given must be within the asker's reach. */
  readonly about?: Readonly<Record<string, Named['kind']>>
  /** At least one of these, unless operators ask: without one it would be about everybody's. */
  readonly oneOf?: readonly string[]
  /** Fields about a customer that only those above it may set: its reseller, or an operator. */
  readonly fromAbove?: readonly string[]
  /** Fields that only operators may set. */
  readonly operators?: readonly string[]
  /** Where none of these fields is given it is about the askers themselves: everybody may, but by no token. */
  readonly own?: readonly string[]
  /** By no token, whatever it allows: it would make what allows more. */
  readonly inPerson?: true
  /** About the askers themselves, also for those who must add a second factor before anything else: what leads there, and out again. */
  readonly first?: true
  /** Mailbox users may, too, where it is about their own mailbox, or shows what is theirs. */
  readonly self?: true
}

const address = { address: 'address' } as const
const domain = { domain: 'domain' } as const
/** About the askers themselves, and nobody else. */
const oneself: Rule = { may: 'people', own: [], first: true }
/** About somebody's own doors: each for themselves; of others, who is in charge of people. */
const whose: Rule = {
  may: 'people',
  about: { address: 'address', customer: 'customer' },
  operators: ['operator'],
  own: ['operator', 'person', 'customer', 'address'],
}

const doors: Rule = { ...whose, first: true }
/** Tokens are made, seen and removed by people. */
const tokens: Rule = { ...whose, inPerson: true }
const operators: Rule = { may: 'operate', inPerson: true }

/**
 * Every operation. Where `about` names no field, or none is given, the operation itself keeps to `reachOf(context.principal)`: a list shows what is
 * within it. The wrong-person test goes through them all.
 */
export const access: Readonly<Record<OperationName, Rule>> = {
  'customer.add': { may: 'manage' },
  'customer.list': { may: 'see' },
  'customer.set': { may: 'manage', about: { name: 'customer' }, fromAbove: ['plan'], operators: ['reseller', 'resellerOf'] },
  'customer.remove': { may: 'manage', about: { name: 'resold' } },
  'lock.list': { may: 'see' },
  'customer.lock': { may: 'manage', about: { name: 'resold' } },
  'customer.unlock': { may: 'operate' },
  'customer.lock-sending': { may: 'manage', about: { name: 'resold' } },
  'customer.unlock-sending': { may: 'operate' },
  'person.add': { may: 'people', about: { customer: 'customer' } },
  'person.list': { may: 'see', about: { customer: 'customer' } },
  'person.set': { may: 'people', about: { customer: 'customer' } },
  'person.password': { may: 'people', about: { customer: 'customer' } },
  'person.remove': { may: 'people', about: { customer: 'customer' } },
  'domain.add': { may: 'manage', about: { customer: 'customer' } },
  'domain.list': { may: 'see', about: { customer: 'customer' } },
  'domain.set': { may: 'manage', about: domain },
  'domain.proof': { may: 'manage', about: { customer: 'customer' } },
  'domain.dns': { may: 'see', about: domain },
  'domain.dns-states': { may: 'see' },
  'domain.remove': { may: 'manage', about: domain },
  'plan.add': { may: 'operate' },
  'plan.set': { may: 'operate' },
  'plan.list': { may: 'operate' },
  'operator.add': operators,
  'operator.password': operators,
  'operator.remove': operators,
  'operator.list': { may: 'operate' },
  'mailbox.add': { may: 'manage', about: address },
  'mailbox.list': { may: 'see', about: domain },
  'mailbox.set': { may: 'manage', about: address },
  'mailbox.rename': { may: 'manage', about: { from: 'address', to: 'address' } },
  'mailbox.password': { may: 'mail', about: address, self: true },
  'mailbox.lock': { may: 'operate' },
  'mailbox.unlock': { may: 'operate' },
  'mailbox.forward': { may: 'mail', about: address, self: true },
  'mailbox.share': { may: 'mail', about: address, self: true },
  'mailbox.unshare': { may: 'help', about: address, self: true },
  'mailbox.shares': { may: 'see', about: address, self: true },
  // Who manages a mailbox moves its mail without reading it.
  'mailbox.refile': { may: 'manage', about: address, self: true },
  'mailbox.remove': { may: 'manage', about: address },
  'autoresponder.set': { may: 'help', about: address, self: true },
  'autoresponder.show': { may: 'see', about: address, self: true },
  'autoresponder.off': { may: 'help', about: address, self: true },
  'app-password.add': { may: 'mail', about: address, self: true },
  'app-password.list': { may: 'see', about: address, self: true },
  'app-password.remove': { may: 'help', about: address, self: true },
  'grant.list': { may: 'see', about: address, self: true },
  'grant.remove': { may: 'help', about: address, self: true },
  'oauth-client.add': { may: 'operate' },
  'oauth-client.list': { may: 'operate' },
  'oauth-client.remove': { may: 'operate' },
  'identity-provider.show': { may: 'people', about: { customer: 'customer' } },
  'identity-provider.set': { may: 'people', inPerson: true, about: { customer: 'customer', domains: 'domain' } },
  'identity-provider.test': { may: 'people', about: { customer: 'customer' } },
  'identity-provider.remove': { may: 'people', inPerson: true, about: { customer: 'customer' } },
  'identity-provider.unlink': { may: 'people', inPerson: true, about: { customer: 'customer' } },
  'second-factor.list': doors,
  'second-factor.remove': whose,
  'session.list': doors,
  'session.end': doors,
  'totp.offer': oneself,
  'totp.add': oneself,
  'passkey.offer': oneself,
  'passkey.add': oneself,
  'recovery-codes.new': oneself,
  'place.list': whose,
  'place.seen': oneself,
  'password.set': oneself,
  'password.check': oneself,
  'token.add': tokens,
  'token.list': tokens,
  'token.remove': tokens,
  'webhook.add': { may: 'manage', about: { customer: 'customer' } },
  'webhook.list': { may: 'manage', about: { customer: 'customer' } },
  'webhook.set': { may: 'manage' },
  'webhook.remove': { may: 'manage' },
  'webhook.rotate': { may: 'manage' },
  'webhook.test': { may: 'manage' },
  'webhook.deliveries': { may: 'manage' },
  'webhook.resend': { may: 'manage' },
  'forward.add': { may: 'manage', about: address },
  'list.add': { may: 'manage', about: address },
  'alias.add': { may: 'manage', about: address },
  'pointer.list': { may: 'see', about: domain },
  'pointer.set': { may: 'manage', about: address },
  'pointer.remove': { may: 'manage', about: address },
  'address.list': { may: 'see', about: domain },
  'address.defaults': { may: 'see', about: { ...domain, customer: 'customer' }, oneOf: ['domain', 'customer', 'plan'], operators: ['plan'] },
  'address.show': { may: 'see', about: address, self: true },
  'address.set': { may: 'help', about: address, self: true },
  'address.set-many': { may: 'manage' },
  'address.lock-sending': { may: 'help', about: address },
  'address.unlock-sending': { may: 'operate' },
  'address.change-list': { may: 'help', about: address, self: true },
  'address.list-entries': { may: 'see', about: address, self: true },
  'template.add': { may: 'manage', about: { customer: 'customer' } },
  'template.set': { may: 'manage', about: { customer: 'customer' } },
  'template.remove': { may: 'manage', about: { customer: 'customer' } },
  'template.list': { may: 'see' },
  'template.show': { may: 'see', about: { customer: 'customer' } },
  'edit.list': { may: 'see' },
  'edit.show': { may: 'see' },
  'edit.undo': { may: 'manage' },
  'bulk.start': { may: 'manage' },
  'bulk.show': { may: 'manage' },
  'bulk.list': { may: 'manage' },
  'dkim.list': { may: 'see', about: domain, oneOf: ['domain'] },
  'dkim.records': { may: 'see', about: domain },
  'dkim.check': { may: 'see', about: domain },
  'dkim.rotate': { may: 'manage', about: domain },
  'dmarc.seen': { may: 'operate' },
  'dmarc.report': { may: 'operate' },
  'dmarc.reports': { may: 'see', about: domain },
  'dmarc.read': { may: 'operate' },
  'tls-report.own': { may: 'operate' },
  'tls-report.received': { may: 'see', about: domain },
  'tls-report.read': { may: 'operate' },
  'reputation.show': { may: 'operate' },
  'reputation.forget': { may: 'operate' },
  'relay.add': { may: 'operate' },
  'relay.set': { may: 'operate' },
  'relay.remove': { may: 'operate' },
  'relay.withdraw': { may: 'operate' },
  'relay.return': { may: 'operate' },
  'relay.list': { may: 'operate' },
  'relay.show': { may: 'operate' },
  'relay.check': { may: 'operate' },
  'relay.cases': { may: 'operate' },
  'relay.applied': { may: 'operate' },
  'setting.list': { may: 'operate' },
  'setting.get': { may: 'operate' },
  'setting.set': { may: 'operate' },
  'letter.send': { may: 'operate' },
  'letter.preview': { may: 'operate' },
  'letter.test': { may: 'operate' },
  'letter.list': { may: 'operate' },
  'letter.show': { may: 'operate' },
  'letter.stop': { may: 'operate' },
  'audit.list': { may: 'see', about: { customer: 'customer' } },
  'audit.verify': { may: 'operate' },
  // Of what is not theirs they find nothing; an address that is not there was written to all the same.
  'journal.search': { may: 'see', self: true },
  'journal.show': { may: 'see', self: true },
  'statistics.show': { may: 'see', about: { customer: 'customer', domain: 'domain' } },
  // What it does is asked for by its own name.
  'journal.act': { may: 'see', self: true },
  'queue.destinations': { may: 'operate' },
  'queue.history': { may: 'operate' },
  'queue.list': { may: 'see', about: { mailbox: 'address', customer: 'customer' }, oneOf: ['mailbox', 'customer'], self: true },
  'queue.retry': { may: 'help', about: { mailbox: 'address', customer: 'customer' }, oneOf: ['mailbox', 'customer'], self: true },
  'queue.hold': { may: 'operate' },
  'queue.release': { may: 'operate' },
  'queue.delete': { may: 'manage', about: { mailbox: 'address', customer: 'customer' }, oneOf: ['mailbox', 'customer'] },
  learn: { may: 'help', about: address, oneOf: ['address'], self: true },
  health: { may: 'operate' },
  verify: { may: 'operate' },
}
