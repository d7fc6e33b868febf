import * as z from 'zod'
import { relayClasses } from '../../mail/outgoing.ts'
import { count, day, justName, moment, span, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const tls = z.enum(['opportunistic', 'required', 'implicit'])
const classes = z.array(z.enum(relayClasses))

const relay = {
  name: text,
  ip: text.optional().describe('An address of this machine.'),
  helloName: text.optional(),
  smartHost: text.optional().describe('smtp.b.example, smtp.b.example:587 or [2001:db8::1]:587.'),
  tls: tls.optional().describe('With the smart host.'),
  user: text.optional().describe('Empty: nobody signs in any more.'),
  password: text.optional(),
  weight: z.number().int().min(0).max(1000).optional(),
  classes: classes.min(1).optional(),
  warmUp: text.optional().describe('usual, none, or 50x2x9: 50 recipients on the first day, twice as many each day, for 9 days.'),
}

const carried = z.object({ delivered: count, deferred: count, failed: count, listed: count.describe('Refused since the relay is listed.') })

const listingCase = z.object({
  case: z.number(),
  relay: z.string(),
  kind: z.enum(['list', 'host']).describe('host: servers of this organisation say so.'),
  list: z.string().describe('Zone of the blocklist, or domain of the organisation.'),
  name: z.string().describe('What people call it.'),
  since: moment,
  gone: moment.nullable().describe('null: it is there.'),
  withdraws: z.boolean(),
  reason: z.string(),
  apply: z.string().nullable().describe('Where to apply for its end.'),
  notes: z.array(z.object({ at: moment, kind: z.enum(['applied', 'heard']), text: z.string() })),
})
export type CaseShown = Shown<typeof listingCase>

/** A way out as it is now. */
const listing = z.object({
  name: z.string().describe("default: the machine's own address, while no relay is set up."),
  kind: z.enum(['ip', 'smart-host', 'machine']),
  address: z.string().nullable().describe('An IP address, or host:port.'),
  helloName: z.string().nullable(),
  tls: tls.nullable(),
  user: z.string().nullable().describe('Who signs in at the smart host.'),
  weight: z.number(),
  classes,
  warmUp: z.object({ firstDay: z.number(), growth: z.number(), days: z.number() }).nullable(),
  state: z.enum(['in', 'warming', 'pausing', 'withdrawn']),
  by: z.enum(['hand', 'listing']).nullable().describe('Who withdrew it.'),
  why: z.string().nullable().describe("The operator's reason."),
  until: moment.nullable().describe('When the pause ends.'),
  mostToday: z.number().nullable().describe('Recipients, while it warms up.'),
  here: z.boolean().describe('false: its address is not one of this machine.'),
  today: carried.describe('Recipients since midnight UTC.'),
  cases: z.array(listingCase).describe('Open ones.'),
})
export type RelayListing = Shown<typeof listing>

const shown = listing.extend({
  hostNames: z.array(z.string()).nullable().describe('Of the address, in the DNS; null: it has none of its own.'),
  helloVerified: z.boolean().nullable().describe('EHLO says one of them, and it leads back to the address.'),
  days: z.array(carried.extend({ day })).describe('The last one first, in UTC.'),
  cases: z.array(listingCase).describe('Of the last year.'),
})
export type RelayShown = Shown<typeof shown>

const answer = z.discriminatedUnion('result', [
  z.object({ zone: z.string(), result: z.literal('clean') }),
  z.object({ zone: z.string(), result: z.literal('listed'), reason: z.string() }),
  z.object({ zone: z.string(), result: z.literal('failed'), why: z.string() }),
])

/** The ways out. */
export const relayContract = {
  'relay.add': operation({ does: 'Adds a relay: an address of this machine, or a smart host.', input: relay, output: justName }),
  'relay.set': operation({ does: 'Changes a relay.', input: relay, output: justName }),
  'relay.remove': operation({ does: 'Removes a relay.', input: { name: text }, output: justName }),
  'relay.withdraw': operation({ does: 'Sends nothing more by a relay.', input: { name: text, why: text.optional() }, output: justName }),
  'relay.return': operation({
    does: 'Sends by a relay again.',
    input: { name: text },
    output: z.object({ name: z.string(), listedAt: z.array(z.string()).describe('Blocklists that still have it, so that it stays out.') }),
  }),
  'relay.list': operation({ does: 'Lists relays.', input: {}, output: z.object({ relays: z.array(listing) }) }),
  'relay.show': operation({ does: 'Shows all about a relay.', input: { name: text }, output: shown }),
  'relay.check': operation({
    does: 'Asks all blocklists about one relay, or all, now.',
    input: { name: text.optional() },
    output: z.object({ relays: z.array(z.object({ name: z.string(), ip: z.string(), answers: z.array(answer) })) }),
  }),
  'relay.cases': operation({
    does: 'Lists listings of relays.',
    input: { name: text.optional(), since: span.optional() },
    output: z.object({ cases: z.array(listingCase) }),
  }),
  'relay.applied': operation({
    does: 'Notes that the end of a listing was applied for.',
    input: { case: z.number().int().min(1), text },
    output: z.object({ case: z.number(), relay: z.string(), list: z.string() }),
  }),
} as const
