import { type Permission, permissions } from '../base/permission.ts'
import type { Reach } from '../directory/reach.ts'
import type { Role } from '../base/role.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'

const allowed: Readonly<Record<Role, readonly Permission[]>> = {
  owner: ['see', 'help', 'manage', 'mail', 'people'],
  manager: ['see', 'help', 'manage'],
  helpdesk: ['see', 'help'],
  'read-only': ['see'],
}

interface MailboxUser {
  readonly accountId: AccountId
  /** The mailbox's own address, not an alias. */
  readonly address: Address
}

/** Who asks. */
export type Principal = (
  | { /** The machine's owner, by the command line. */ readonly kind: 'system' }
  | { readonly kind: 'operator'; readonly operatorId: number; readonly name: string }
  /** Somebody who works for a customer. `mailbox`: the one that they sign in with, where it is one. */
  | {
      readonly kind: 'person'
      readonly personId: number
      readonly name: string
      readonly customerId: number
      readonly role: Role
      readonly mailbox?: MailboxUser | undefined
    }
  | ({ readonly kind: 'mailbox'; readonly customerId: number } & MailboxUser)
) & {
  /** By the session of a browser. */
  readonly sessionId?: string | undefined
  /** The identity provider of their customer that let them in, by name. */
  readonly provider?: string | undefined
  /** What they must do before anything else: add a second factor. */
  readonly unready?: true | undefined
  /** By an API token, which allows these at most. `reads`: and looking at all that its owner may. */
  readonly token?: { readonly name: string; readonly allows: readonly Permission[]; readonly reads?: true | undefined } | undefined
}

/** May they do such things at all, to what is in their reach? */
export function may(principal: Principal, permission: Permission): boolean {
  if (principal.token !== undefined && !principal.token.allows.includes(permission)) return false
  switch (principal.kind) {
    case 'system':
    case 'operator':
      return true
    case 'person':
      return allowed[principal.role].includes(permission)
    case 'mailbox':
      return false
  }
}

/** May they give somebody such a role? By a token, nobody who could do more than it. */
export function mayGive({ token }: Principal, role: Role): boolean {
  return token === undefined || allowed[role].every((permission) => token.allows.includes(permission))
}

/** All that they may do. */
export function permissionsOf(principal: Principal): readonly Permission[] {
  return permissions.filter((permission) => may(principal, permission))
}

/** Whose things they see and change. */
export function reachOf(principal: Principal): Reach {
  switch (principal.kind) {
    case 'system':
    case 'operator':
      return { kind: 'all' }
    case 'person':
      return { kind: 'customer', customerId: principal.customerId }
    case 'mailbox':
      return { kind: 'account', accountId: principal.accountId }
  }
}

/** The mailbox that they use themselves. */
export function ownMailbox(principal: Principal): MailboxUser | undefined {
  switch (principal.kind) {
    case 'mailbox':
      return principal
    case 'person':
      return principal.mailbox
    default:
      return undefined
  }
}

/** For the audit: "cli", "operator admin", "person ann@a.example by token backup", "mailbox ann@a.example by provider Books". */
export function actorOf(principal: Principal): string {
  const by =
    (principal.token === undefined ? '' : ` by token ${principal.token.name}`) + (principal.provider === undefined ? '' : ` by provider ${principal.provider}`)
  switch (principal.kind) {
    case 'system':
      return `cli${by}`
    case 'operator':
    case 'person':
      return `${principal.kind} ${principal.name}${by}`
    case 'mailbox':
      return `mailbox ${formatAddress(principal.address)}${by}`
  }
}
