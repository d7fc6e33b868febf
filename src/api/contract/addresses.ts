import * as z from 'zod'
import { bytes, count, edit, inBothLanguages, next, page, text, values } from './fields.ts'
import { edited, preview } from './effect.ts'
import { operation, type Shown } from './operation.ts'

const kind = z.enum(['mailbox', 'forward', 'list', 'alias'])
const list = z.enum(['block', 'allow-only', 'let-through'])
const entries = z.array(text).max(20_000).describe('ann@a.example, a.example, .a.example (with subdomains), 192.0.2.0/24, host:.a.example.')

const source = z
  .enum(['installation', 'plan', 'customer', 'domain', 'template', 'address', 'locked'])
  .describe('Who set it; locked: it cannot be changed here.')
const setting = z.object({
  value: z.string(),
  from: source,
  template: z.string().optional().describe('Name of the template that it comes from.'),
  otherwise: z
    .object({ value: z.string(), from: source, template: z.string().optional() })
    .optional()
    .describe('Of its own value: what would hold without it.'),
})

const mailbox = z.object({
  accountId: z.number(),
  quotaBytes: bytes.nullable().describe('null: without a limit.'),
  planQuotaBytes: bytes.nullable().describe('What its plan gives; null: without a limit.'),
  hasOwnQuota: z.boolean().describe('false: it has what the plan gives.'),
  usedBytes: bytes,
  messages: count,
  lockedReason: z.string().nullable().describe('null: its owner can sign in.'),
  sendingLockedReason: z.string().nullable().describe("Its own, or its customer's; null: it may send."),
  keepCopy: z.boolean().nullable().describe('Where it forwards to `targets`: does it keep a copy? null: it does not forward.'),
  autoresponder: z
    .object({ firstDay: z.string().nullable(), lastDay: z.string().nullable() })
    .nullable()
    .describe('Days of its automatic answer, where that is on; null: it has none.'),
})

const shown = z.object({
  address: z.string(),
  kind,
  customer: z.string(),
  plan: z.string(),
  targets: z.array(z.string()),
  settings: z.record(z.string(), setting),
  template: z.string().nullable().describe('Template of protection that it has itself.'),
  domainTemplate: z.string().nullable().describe('The one that its domain has.'),
  spamScores: z.record(z.string(), z.number()).describe('From how many points on a message is spam, by the strength of the content filter.'),
  lists: z.record(z.string(), count).describe('How many entries each list has.'),
  mailbox: mailbox.optional(),
})
export type AddressShown = Shown<typeof shown>

const listing = z.object({
  address: z.string(),
  kind,
  customer: z.string(),
  targets: z.array(z.string()).describe('The first 20; of a mailbox: where it forwards to.'),
  targetCount: count,
  mailbox: z.object({ quotaBytes: bytes.nullable(), usedBytes: bytes, messages: count, locked: z.boolean(), sendingLocked: z.boolean() }).optional(),
})

const selection = {
  addresses: z.array(text).max(20_000).optional(),
  domains: z.array(text).max(1000).optional(),
  kind: z.enum(['mailbox', 'forward', 'list', 'alias']).optional(),
  contains: text.optional().describe('Part of the address.'),
  values: z.record(text, text).optional().describe('What holds now, wherever that comes from.'),
  template: text.optional().describe('Name of a template that it has itself.'),
}

/** What each address decides for itself. */
export const addressContract = {
  'address.list': operation({
    does: 'Lists addresses of all kinds.',
    input: { domain: text.optional(), kind: kind.optional(), ...page, count: z.boolean().optional().describe('Say how many there are in all.') },
    output: z.object({ addresses: z.array(listing), next, count: count.optional() }),
  }),
  'address.defaults': operation({
    does: 'Shows what the addresses of a domain, customer or plan inherit there, and from where that comes.',
    input: { domain: text.optional(), customer: text.optional(), plan: text.optional() },
    output: z.object({ settings: z.record(z.string(), setting) }),
  }),
  'address.show': operation({ does: 'Shows all about an address.', input: { address: text }, output: shown }),
  'address.set': operation({
    does: 'Changes settings of an address.',
    input: { address: text, values },
    output: z.object({ address: z.string(), values: z.record(z.string(), z.string().nullable()), edit }),
  }),
  'address.set-many': operation({
    does: 'Gives settings or a template to many addresses at once, or takes them away; says first, or only, what that changes.',
    input: {
      select: z.strictObject(selection).describe('Which addresses: all within reach to which all of this applies.'),
      values: values.optional(),
      template: text.nullable().optional().describe('Name of a template; null: none any more.'),
      preview,
    },
    output: z.object({
      ...edited,
      selected: count.describe('Addresses that are meant.'),
      changed: count.describe('Addresses that were given something new; what each had before shows edit.show.'),
      skipped: z
        .array(z.object({ address: z.string(), why: z.enum(['locked', 'allow-only-empty', 'others-template']) }))
        .describe(
          'The first 1000 that cannot have it: lists are greylisted always; nobody could write to an address with an empty list of those allowed; the template is another customer’s.',
        ),
      missing: z.array(z.string()).describe('Addresses that were named and are not there.'),
    }),
  }),
  'address.change-list': operation({
    does: 'Adds and removes entries of one of the lists of an address.',
    input: {
      address: text,
      list,
      add: entries,
      remove: entries,
      skipWrong: z.boolean().optional().describe('true: what is no entry is left out and named, and the others are kept.'),
    },
    output: z.object({
      address: z.string(),
      list: z.string(),
      added: count,
      removed: count,
      length: count,
      modeSet: z.string().optional().describe('The mode was set to this list by its first entry.'),
      wrong: z.array(z.object({ entry: z.string(), why: inBothLanguages })).describe('With skipWrong: what was left out.'),
      mode: z.string().describe('Now: a list that is not in force has no effect.'),
    }),
  }),
  'address.list-entries': operation({
    does: 'Shows one of the lists of an address.',
    input: { address: text, list },
    output: z.object({ entries: z.array(z.string()) }),
  }),
} as const
