import type { Resolver } from '../dns/resolver.ts'
import { formatAddress, parseAddress } from '../mail/address.ts'
import { formatRemoteReply } from '../mail/remote-reply.ts'
import { Outside } from '../outside/outside.ts'
import { nodeNumberChange } from '../queue/node.ts'
import type { Due } from '../queue/queue.ts'
import type { Trouble } from '../queue/trouble.ts'
import type { WhyOff } from '../webhooks/change.ts'
import { offNotice } from '../webhooks/off-notice.ts'
import { WebhookPost } from '../webhooks/post.ts'
import { ownersOf } from '../webhooks/query.ts'
import { noteEvents, type WebhookEvent } from '../webhooks/spread.ts'
import type { HandingOn } from './handing-on.ts'
import { openVault } from './installation-key.ts'
import { nodeName } from './node-name.ts'
import type { Parts } from './open.ts'
import { version } from './version.ts'

export interface Webhooks {
  wake(): void
  stop(graceMs: number): Promise<void>
}

type WebhookParts = Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>

/** Tells webhooks what happens, in the first process. */
export async function startWebhooks(parts: WebhookParts, resolver: Resolver, handingOn: HandingOn): Promise<Webhooks> {
  const { config, clock, log, database, directory } = parts
  const post = new WebhookPost({
    ...{ database, directory, clock, log },
    outside: new Outside({ resolver, settings: () => directory.settings }),
    vault: openVault(config),
    node: await database.change(nodeNumberChange, { name: await nodeName(config) }),
    userAgent: `Posthorn/${version}`,
    async switchedOff(webhook, why) {
      try {
        await tellOwners(parts, handingOn, { ...webhook, why })
      } catch (err) {
        log.error('nobody told that a webhook is off', { err })
      }
    },
  })
  post.start()
  return post
}

/** The owners of its customer; of the installation's, or where a customer has none, who looks after the installation. */
async function tellOwners(
  { config, clock, database, directory }: WebhookParts,
  { ownMail, commit }: HandingOn,
  { customerId, url, why }: { readonly customerId: number; readonly url: string; readonly why: Exclude<WhyOff, 'asked'> },
): Promise<void> {
  const owners = (await database.query(ownersOf, { customerId })).flatMap((name) => parseAddress(name) ?? [])
  const operator = owners.length > 0 ? undefined : (await directory.postmaster()).found?.address
  for (const to of operator === undefined ? owners : [operator]) {
    const language = (await directory.resolve(to)).found?.settings.language ?? 'en'
    const { hostname } = config
    const atMs = clock.now()
    const messageId = `webhook.${atMs}.${Math.random().toString(36).slice(2)}@${hostname}`
    const octets = offNotice({ to: formatAddress(to), language, url, why, hostname, messageId, atMs })
    const accepted = await ownMail.accepted({ to: formatAddress(to), octets })
    if (accepted !== undefined) await commit(accepted)
  }
}

/** What happens outside the directory. Never rejects: nobody's mail waits for a program that wants to know. */
export type NoteEvents = (events: readonly WebhookEvent[]) => Promise<void>

export function noting({ database, log }: Pick<Parts, 'database' | 'log'>, wake: () => void): NoteEvents {
  return async (events) => {
    try {
      await database.change(noteEvents, { events })
      wake()
    } catch (err) {
      log.error('webhooks are not told of something', { events: events.map(({ key }) => key), err })
    }
  }
}

/** What somebody sent could not be delivered. Of forwarded mail that is so as often as strangers like. */
export function bounceEvents(
  due: Due,
  failed: readonly { readonly recipient: Due['recipients'][number]; readonly trouble: Trouble }[],
  atMs: number,
): WebhookEvent[] {
  const { originator, queueId, number, reversePath } = due
  if (due.kind !== 'submitted' || originator.customerId === 0) return []
  return failed.map(({ recipient, trouble }) => ({
    key: `bounce ${queueId} ${number} ${recipient.index}`,
    type: 'message.bounced' as const,
    atMs,
    customerId: originator.customerId,
    data: {
      ...{ id: queueId, from: reversePath, to: recipient.address },
      reason: trouble.by === 'answer' ? formatRemoteReply(trouble.reply) : `${trouble.enhanced} ${trouble.detail}`,
    },
  }))
}
