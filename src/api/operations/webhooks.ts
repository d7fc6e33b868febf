import { randomBytes, randomUUID } from 'node:crypto'
import type { Text } from '../../base/language.ts'
import { addWebhook, removeWebhook, resendMessage, rotateSecret, setWebhook, testWebhook } from '../../webhooks/change.ts'
import { type Delivery, listDeliveries, listWebhooks, type WebhookListing } from '../../webhooks/query.ts'
import { formatSecret, makeSecret, secretPlace } from '../../webhooks/signature.ts'
import { change, type OperationContext } from '../context.ts'
import type { DeliveryShown, WebhookShown } from '../contract/webhooks.ts'
import { customerMeant } from '../customer-meant.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { reachOf } from '../principal.ts'
import { readName } from '../reading.ts'
import { Refused } from '../refused.ts'

type Names = 'webhook.add' | 'webhook.list' | 'webhook.set' | 'webhook.remove' | 'webhook.rotate' | 'webhook.test' | 'webhook.deliveries' | 'webhook.resend'

const deliveriesShown = 50

/** What happens is told to programs. */
export const webhookOperations: Operations<Names> = {
  async 'webhook.add'(context, input) {
    const customer = await customerMeant(context, input.customer)
    const webhookId = randomBytes(8).toString('hex')
    const { secret, sealed } = await newSecret(context, webhookId)
    const { description = '' } = input
    const wanted = { webhookId, customer, url: readUrl(input.url), description: readDescription(description), events: unique(input.events), secret: sealed }
    await change(context, addWebhook, wanted, fieldOf)
    return { ...(await shownOne(context, webhookId)), secret }
  },

  async 'webhook.list'(context, input) {
    const customer = input.customer === undefined ? undefined : readName('customer', input.customer)
    return { webhooks: (await context.directory.query(listWebhooks, { reach: reachOf(context.principal), customer })).map(shown) }
  },

  async 'webhook.set'(context, { url, description, events, on, ...input }) {
    const wanted = {
      url: url === undefined ? undefined : readUrl(url),
      description: description === undefined ? undefined : readDescription(description),
      events: events && unique(events),
      on,
    }
    const { webhookId } = await change(context, setWebhook, { ...one(context, input), ...wanted }, fieldOf)
    context.webhooks.wake()
    return shownOne(context, webhookId)
  },

  async 'webhook.remove'(context, input) {
    const { webhookId: id } = await change(context, removeWebhook, one(context, input), fieldOf)
    return { id }
  },

  async 'webhook.rotate'(context, input) {
    const { secret, sealed } = await newSecret(context, input.id)
    const { webhookId: id, oldUntilMs } = await change(context, rotateSecret, { ...one(context, input), secret: sealed }, fieldOf)
    return { id, secret, oldSecretUntil: new Date(oldUntilMs).toISOString() }
  },

  async 'webhook.test'(context, input) {
    const { database, clock, webhooks } = context
    const done = await database.change(testWebhook, { ...one(context, input), key: randomUUID(), atMs: clock.now() })
    if (done === undefined) throw noWebhook(input.id)
    if (done === 'off') throw off
    if (done === 'full') throw full
    webhooks.wake()
    return { message: done.messageId }
  },

  async 'webhook.deliveries'(context, { state, limit = deliveriesShown, after, ...input }) {
    const rows = await context.directory.query(listDeliveries, {
      ...one(context, input),
      state,
      after: after === undefined ? undefined : readAfter(after),
      limit: limit + 1,
    })
    if (rows === undefined) throw noWebhook(input.id)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return { deliveries: page.map(deliveryShown), ...(rows.length > limit && last !== undefined && { next: `${last.madeAtMs}.${last.messageId}` }) }
  },

  async 'webhook.resend'(context, { message, ...input }) {
    const { database, clock, webhooks } = context
    const done = await database.change(resendMessage, { ...one(context, input), messageId: message, atMs: clock.now() })
    if (done === undefined) throw noWebhook(input.id)
    if (done === 'unknown') throw new Refused('unknown', 'message', { en: `there is no message ${message}`, de: `eine Nachricht ${message} gibt es nicht` })
    if (done === 'off') throw off
    webhooks.wake()
    return { message }
  },
}

function one({ principal }: OperationContext, { id }: { readonly id: string }) {
  return { reach: reachOf(principal), webhookId: id }
}

function fieldOf(refusal: { readonly code: string; readonly thing?: string }): string | undefined {
  if (refusal.code === 'too-many' || refusal.code === 'not-in-plan') return undefined
  return refusal.thing === 'event' ? 'events' : refusal.thing === 'customer' ? 'customer' : 'id'
}

/** What people keep, and what is kept here. */
async function newSecret({ vault }: OperationContext, webhookId: string): Promise<{ readonly secret: string; readonly sealed: string }> {
  const secret = makeSecret()
  return { secret: formatSecret(secret), sealed: await vault.sealOctets(secret, secretPlace(webhookId)) }
}

/** Where a name leads is seen when it is asked. */
function readUrl(text: string): string {
  const url = URL.parse(text.trim())
  if (url?.protocol !== 'https:') throw wrongUrl({ en: 'an address of a program begins with https://', de: 'die Adresse eines Programms beginnt mit https://' })
  if (url.username !== '' || url.password !== '')
    throw wrongUrl({
      en: 'no name and no password may stand in it; messages are signed',
      de: 'Name und Passwort dürfen nicht darin stehen; Nachrichten sind signiert',
    })
  url.hash = ''
  return url.href
}

function wrongUrl(words: Text): Refused {
  return new Refused('input', 'url', words)
}

function readDescription(text: string): string {
  if (!/\p{Cc}/u.test(text)) return text.trim()
  throw new Refused('input', 'description', { en: 'this is to be one line', de: 'das soll eine Zeile sein' })
}

function readAfter(text: string): { readonly madeAtMs: number; readonly messageId: string } {
  const [, madeAtMs, messageId] = /^(\d{1,15})\.(\w[\w-]*)$/.exec(text) ?? []
  if (madeAtMs === undefined || messageId === undefined) {
    throw new Refused('input', 'after', { en: 'right would be `next` of the page before', de: 'richtig wäre `next` der Seite davor' })
  }
  return { madeAtMs: Number(madeAtMs), messageId }
}

function unique<T>(some: readonly T[]): readonly T[] {
  return [...new Set(some)]
}

async function shownOne({ directory, principal }: OperationContext, webhookId: string): Promise<WebhookShown> {
  const [found] = await directory.query(listWebhooks, { reach: reachOf(principal), webhookId })
  if (found === undefined) throw noWebhook(webhookId)
  return shown(found)
}

function shown({ webhookId: id, customer, url, description, events, offWhy, createdAtMs, waiting, dropped, failingSinceMs, oldSecretUntilMs }: WebhookListing) {
  return {
    ...{ id, customer, url, description, events, waiting, dropped },
    state: offWhy === null ? ('on' as const) : offWhy === 'asked' ? ('off' as const) : offWhy,
    created: new Date(createdAtMs).toISOString(),
    failingSince: moment(failingSinceMs),
    oldSecretUntil: moment(oldSecretUntilMs),
  }
}

function deliveryShown({
  messageId: message,
  type,
  payload,
  madeAtMs,
  state,
  nextMs,
  tries,
  triedAtMs,
  tookMs: took,
  status,
  failure,
}: Delivery): DeliveryShown {
  return {
    ...{ message, type, state, tries, took, status, failure },
    made: new Date(madeAtMs).toISOString(),
    tried: moment(triedAtMs),
    next: state === 'waiting' ? moment(nextMs) : null,
    payload: JSON.parse(payload) as Record<string, unknown>,
  }
}

function moment(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function noWebhook(name: string): Refused {
  return directoryRefused({ code: 'unknown', thing: 'webhook', name, near: undefined }, 'id')
}

const full = new Refused('limit', 'id', { en: 'too many messages wait for this webhook already', de: 'auf diesen Webhook warten schon zu viele Nachrichten' })
const off = new Refused('conflict', 'id', {
  en: 'this webhook is switched off; switch it on first',
  de: 'dieser Webhook ist ausgeschaltet; bitte erst einschalten',
})
