import * as z from 'zod'
import { type EventType, eventTypes } from '../../base/event-type.ts'
import { bytes, count, moment, next, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const id = text.describe('Names a webhook.')
const url = z.string().min(1).max(1000).describe('https://… on the public Internet. It is told by POST, and answers 2xx.')
const events = z.array(z.enum(eventTypes)).min(1).describe('What it is told of.')
const description = z.string().max(200)

const webhook = z.object({
  id: z.string(),
  customer: z.string().nullable().describe("Whose it is; null: the installation's."),
  url: z.string(),
  description: z.string(),
  events: z.array(z.enum(eventTypes)),
  state: z
    .enum(['on', 'off', 'gone', 'failing'])
    .describe('off: somebody switched it off; gone: by itself, since it answered 410; failing: since nothing had arrived for three days.'),
  created: moment,
  waiting: count.describe('Messages that were not delivered yet.'),
  dropped: count.describe('Events that it was not told of, since too many messages were waiting.'),
  failingSince: moment.nullable().describe('Nothing has arrived since then; null: what was sent last did.'),
  oldSecretUntil: moment.nullable().describe('Until then the secret from before signs as well.'),
})
export type WebhookShown = Shown<typeof webhook>

const delivery = z.object({
  message: z.string().describe('`webhook-id` of the message, the same at each try.'),
  type: z.string(),
  made: moment,
  state: z.enum(['waiting', 'delivered', 'failed']).describe('failed: it is not tried any more.'),
  tries: count,
  tried: moment.nullable().describe('The last try; null: there was none.'),
  next: moment.nullable().describe('The next try.'),
  took: count.nullable().describe('Milliseconds of the last try.'),
  status: z.number().int().nullable().describe('What the receiver answered; null: nothing.'),
  failure: z
    .enum(['address', 'name', 'not-public', 'certificate', 'connection', 'time', 'size'])
    .nullable()
    .describe(
      'Why there was no answer: address: it is no https address; name: it has no address; not-public: it leads to where this server asks nobody; certificate: it is not trusted; connection: refused or broken off; time: too slow.',
    ),
  payload: z.record(z.string(), z.unknown()).describe('What is sent.'),
})
export type DeliveryShown = Shown<typeof delivery>

const justId = z.object({ id: z.string() })
const justMessage = z.object({ message: z.string() })

/** What happens is told to programs. */
export const webhookContract = {
  'webhook.add': operation({
    does: 'Adds a webhook: it is told what happens, signed as Standard Webhooks say.',
    input: {
      customer: text.optional().describe("Whose; without it, the asker's own, or the installation's."),
      url,
      events,
      description: description.optional(),
    },
    output: webhook.extend({ secret: z.string().describe('whsec_…, to check signatures by. Told this once.') }),
  }),
  'webhook.list': operation({ does: 'Lists webhooks.', input: { customer: text.optional() }, output: z.object({ webhooks: z.array(webhook) }) }),
  'webhook.set': operation({
    does: 'Changes a webhook, or switches it off or on. Of what happens while it is off it is not told; what was waiting goes on when it is on again.',
    input: { id, url: url.optional(), events: events.optional(), description: description.optional(), on: z.boolean().optional() },
    output: webhook,
  }),
  'webhook.remove': operation({ does: 'Removes a webhook, with what waits for it.', input: { id }, output: justId }),
  'webhook.rotate': operation({
    does: 'Gives a webhook a new secret. For a day the one from before signs as well, in the same field.',
    input: { id },
    output: z.object({ id: z.string(), secret: z.string().describe('Told this once.'), oldSecretUntil: moment }),
  }),
  'webhook.test': operation({ does: 'Sends a webhook a message of the type webhook.test.', input: { id }, output: justMessage }),
  'webhook.deliveries': operation({
    does: 'Lists messages to a webhook of the last seven days and what became of them, the newest first.',
    input: {
      id,
      state: z.enum(['waiting', 'delivered', 'failed']).optional(),
      limit: z.coerce.number().int().min(1).max(200).optional().describe('At most so many; without it: 50.'),
      after: text.optional().describe('`next` of the page before.'),
    },
    output: z.object({ deliveries: z.array(delivery), next }),
  }),
  'webhook.resend': operation({ does: 'Sends a message again, with the same webhook-id.', input: { id, message: text }, output: justMessage }),
} as const

const customer = z.string().nullable().describe("Whose it is; null: the installation's.")
/** What stands in the audit log. */
const audited = {
  customer,
  by: z.string().describe('Who did it: "person ann@a.example", "operator".'),
  change: z.string().describe('As in audit.list: "mailbox.add".'),
  detail: z.record(z.string(), z.unknown()),
}
const ofAddress = z.object({ address: z.string(), ...audited })
const ofDomain = z.object({ domain: z.string(), ...audited })
const ofCustomer = z.object({ ...audited, customer: z.string() })
const ofSending = z.object({ address: z.string().optional().describe('A mailbox; without it, all of the customer.'), ...audited })
const ofRelay = z.object({ relay: z.string().describe('Its name; of listings, the address.'), ...audited })

/** `data` of each event, for the document that tells programs of them. */
export const webhookEvents: Readonly<Record<EventType, { readonly says: string; readonly data: z.ZodObject }>> = {
  'mailbox.added': { says: 'A mailbox was added.', data: ofAddress },
  'mailbox.changed': { says: 'A mailbox was renamed, got another quota or password, or is forwarded otherwise.', data: ofAddress },
  'mailbox.removed': { says: 'A mailbox was removed.', data: ofAddress },
  'mailbox.locked': { says: 'A mailbox was locked.', data: ofAddress },
  'mailbox.unlocked': { says: 'The lock of a mailbox ended.', data: ofAddress },
  'address.added': { says: 'A forward, distribution list or alias was added.', data: ofAddress },
  'address.changed': { says: 'Targets or settings of an address were changed.', data: ofAddress },
  'address.removed': { says: 'A forward, distribution list or alias was removed.', data: ofAddress },
  'domain.added': { says: 'A domain was added.', data: ofDomain },
  'domain.changed': { says: 'Defaults of a domain were changed.', data: ofDomain },
  'domain.removed': { says: 'A domain was removed.', data: ofDomain },
  'sending.locked': { says: 'A mailbox or a customer may not send.', data: ofSending },
  'sending.unlocked': { says: 'A mailbox or a customer may send again.', data: ofSending },
  'quota.reached': {
    says: 'A mailbox is getting full, or is.',
    data: z.object({
      customer,
      address: z.string(),
      level: z.union([z.literal(70), z.literal(90), z.literal(100)]).describe('Per cent.'),
      used: bytes,
      quota: bytes,
    }),
  },
  'message.bounced': {
    says: 'A message that was sent from here could not be delivered to somebody, for good.',
    data: z.object({
      customer,
      id: z.string().describe('Queue id: journal.show tells more.'),
      from: z.string(),
      to: z.string(),
      reason: z.string().describe('What the other server said, or what was wrong.'),
    }),
  },
  'bulk.finished': {
    says: 'A bulk job is done.',
    data: z.object({ customer, by: z.string(), job: z.string(), lines: count, added: count, changed: count, unchanged: count, refused: count }),
  },
  'customer.locked': { says: 'A customer was locked.', data: ofCustomer },
  'customer.unlocked': { says: 'The lock of a customer ended.', data: ofCustomer },
  'customer.added': { says: 'A customer was added. For resellers and operators.', data: ofCustomer },
  'customer.changed': { says: 'Plan or defaults of a customer were changed. For resellers and operators.', data: ofCustomer },
  'customer.removed': { says: 'A customer was removed. For resellers and operators.', data: ofCustomer },
  'relay.listed': { says: 'A blocklist lists an address that mail is sent from. For operators.', data: ofRelay },
  'relay.delisted': { says: 'The listing is gone. For operators.', data: ofRelay },
  'relay.withdrawn': { says: 'A relay carries no mail any more. For operators.', data: ofRelay },
  'relay.returned': { says: 'A relay carries mail again. For operators.', data: ofRelay },
}
