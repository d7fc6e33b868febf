import type { PlanFeature } from './plan-features.ts'

/** The things that changes speak of. `mailbox` is what people call an account with its address. */
export type Thing =
  | 'customer'
  | 'domain'
  | 'plan'
  | 'operator'
  | 'address'
  | 'mailbox'
  | 'forward'
  | 'list'
  | 'alias'
  | 'app-password'
  | 'person'
  | 'token'
  | 'grant'
  | 'oauth-client'
  | 'second-factor'
  | 'identity-provider'
  | 'identity-link'
  | 'relay'
  | 'case'
  | 'letter'
  | 'template'
  | 'edit'
  | 'webhook'
  | 'event'

/** What a plan can limit, and what each address can have too many of. */
export type Limited =
  | 'mailboxes'
  | 'addresses'
  | 'domains'
  | 'targets'
  | 'list-entries'
  | 'app-passwords'
  | 'persons'
  | 'templates'
  | 'tokens'
  | 'second-factors'
  | 'webhooks'

/**
 * Why a change was not made: values, since they cross from the database's thread. The operation (api/) gives them words.
 */
export type DirectoryRefusal =
  /** There is one of that name already. */
  | { readonly code: 'exists'; readonly thing: Thing; readonly name: string }
  /** There is none. `near`: the one that was probably meant. */
  | { readonly code: 'unknown'; readonly thing: Thing; readonly name: string; readonly near: string | undefined }
  /** It is there, but of another kind: `mailbox password` of a forward. */
  | { readonly code: 'other-kind'; readonly name: string; readonly is: Thing; readonly wanted: Thing }
  /** Nobody said which of several is meant. */
  | { readonly code: 'which'; readonly thing: Thing; readonly names: readonly string[] }
  /** An alias's target that is not an address of ours. */
  | { readonly code: 'target-elsewhere'; readonly name: string }
  /** The target leads back to the address. */
  | { readonly code: 'target-loop'; readonly name: string; readonly target: string }
  /** Removing it would leave these with nowhere to go. */
  | { readonly code: 'in-use'; readonly thing: Thing; readonly name: string; readonly by: readonly string[] }
  /** A forward or alias has exactly one target. */
  | { readonly code: 'one-target'; readonly thing: 'forward' | 'alias' }
  | { readonly code: 'too-many'; readonly of: Limited; readonly limit: number; readonly plan: string | undefined }
  /** The plan of the customer's reseller has no room for one more. */
  | { readonly code: 'reseller-full'; readonly of: Limited }
  /** The last target of a list cannot go. */
  | { readonly code: 'last-target'; readonly name: string }
  /** Nobody would be left to say who works for the customer, or to run the installation. */
  | { readonly code: 'last-owner' | 'last-operator'; readonly name: string }
  /** A customer's customer has none of its own, and no longer can one be that has. */
  | { readonly code: 'reseller-depth'; readonly name: string }
  | { readonly code: 'no-reseller'; readonly name: string }
  /** The list of allowed senders would be empty, so nobody could write (SPEC A3). */
  | { readonly code: 'allow-only-empty'; readonly name: string }
  | { readonly code: 'allow-only-default' }
  /** Greylisting of a distribution list (SPEC A2). */
  | { readonly code: 'locked-on'; readonly key: string; readonly name: string }
  /** The plan does not allow it. */
  | { readonly code: 'not-in-plan'; readonly feature: PlanFeature; readonly plan: string }
  /** It cannot be undone: that was done before, by edit `by`. */
  | { readonly code: 'edit-undone'; readonly edit: number; readonly by: number }
  /** It cannot be undone: `where` was set since, by edit `by` where that is known. */
  | { readonly code: 'edit-overtaken'; readonly edit: number; readonly by: number | undefined; readonly where: string }
  /** It cannot be undone: something that it set is out of the asker's reach by now. */
  | { readonly code: 'edit-left'; readonly edit: number }

/** What a directory change resolves to. */
export type Changed<Result> =
  | { readonly done: Result; readonly version: number; readonly refused?: never }
  | { readonly done?: never; readonly refused: DirectoryRefusal }
