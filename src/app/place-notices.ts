import { setTimeout as sleep } from 'node:timers/promises'
import {
  operatorMailbox,
  type PlaceNotice,
  settlePlaceNotice,
  takenPlaceNotices,
  takePlaceNotice,
  waitingPlaceNotices,
} from '../directory/change/place-notices.ts'
import { webUserNamed } from '../directory/query/web-users.ts'
import type { AcceptedMessage } from '../delivery/delivery.ts'
import { searchJournal } from '../journal/search.ts'
import { composeLetter } from '../letters/compose.ts'
import { type Address, parseAddress } from '../mail/address.ts'
import type { QueueId } from '../mail/ids.ts'
import { waitingQuery } from '../queue/list.ts'
import { nodeNumberChange } from '../queue/node.ts'
import type { HandingOn } from './handing-on.ts'
import { httpsOrigin } from './https-origin.ts'
import type { Listening } from './mail-setup.ts'
import { nodeName } from './node-name.ts'
import type { Parts } from './open.ts'
import { placeNoticeText } from './place-notice-text.ts'

/** How soon people hear of it: sign-ins are noted by every process, and looked for here. */
const pollMs = 3_000
/** Looked at together. */
const together = 50

type NoticeParts = Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>

export interface PlaceNotices {
  stop(): Promise<void>
}

/**
 * Tells people that their account was opened from a new place, in the first process. The notice is part of the sign-in; its message is named before it is
 * committed, so that nobody is told twice or not at all, whatever dies when: the log says whether that message is there.
 */
export async function startPlaceNotices(
  parts: NoticeParts,
  handingOn: Pick<HandingOn, 'ownMail' | 'commit'>,
  listening: readonly Listening[],
): Promise<PlaceNotices> {
  const { config, clock, log, database, directory } = parts
  const node = await database.change(nodeNumberChange, { name: await nodeName(config) })
  const stopped = new AbortController()

  /** What this node had taken when it died. */
  const recover = async () => {
    for (const { noticeId, queueId } of await database.query(takenPlaceNotices, { node })) {
      await database.change(settlePlaceNotice, { noticeId, outcome: (await isThere(queueId)) ? 'told' : 'waiting' })
    }
  }
  /** Delivered here, sent elsewhere, or on its way there. */
  const isThere = async (queueId: QueueId) => {
    for await (const _ of searchJournal(database, { queueId })) return true
    return (await database.query(waitingQuery, { selection: { queueId }, after: undefined, limit: 1 })).waiting.length > 0
  }
  const write = async (notice: PlaceNotice): Promise<AcceptedMessage | undefined> => {
    const { owner, ownerId, ip, browser, atMs } = notice
    const user = await directory.query(webUserNamed, { kind: 'holder', owner, ownerId })
    if (user === undefined) return undefined
    const to = user.owner === 'operator' ? await mailboxOf(ownerId) : (user.mailbox?.address ?? parseAddress(user.name))
    if (to === undefined) return undefined
    const origin = httpsOrigin({ config, directory, listening })
    const page = origin && `${origin}/panel/security`
    return handingOn.ownMail.writtenTo(to, notice.language, ({ language, hostname, queueId }) =>
      composeLetter(
        placeNoticeText(language, { name: user.name, ip, browser, atMs, page }),
        { address: to, customer: user.customer?.name ?? '', language },
        {
          messageId: `${queueId}.place@${hostname}`,
          provider: directory.settings['provider.name'] || hostname,
          ...{ hostname, atMs: clock.now(), unsubscribe: undefined },
        },
      ),
    )
  }
  const mailboxOf = async (operatorId: number): Promise<Address | undefined> => {
    const address = await directory.query(operatorMailbox, { operatorId })
    return address === undefined ? undefined : parseAddress(address)
  }
  const tell = async (notice: PlaceNotice) => {
    const { noticeId } = notice
    const message = await write(notice)
    if (message === undefined) {
      await database.change(settlePlaceNotice, { noticeId, outcome: 'shown' })
      return
    }
    if (!(await database.change(takePlaceNotice, { noticeId, node, queueId: message.queueId }))) return
    await handingOn.commit(message)
    await database.change(settlePlaceNotice, { noticeId, outcome: 'told' })
  }
  const work = async () => {
    let isRecovered = false
    while (!stopped.signal.aborted) {
      try {
        if (!isRecovered) await recover()
        isRecovered = true
        for (const notice of await database.query(waitingPlaceNotices, { limit: together })) {
          if (stopped.signal.aborted) break
          await tell(notice)
        }
      } catch (err) {
        // What was taken may be there or not.
        isRecovered = false
        log.warn('notices of new places wait', { err })
      }
      await sleep(pollMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {})
    }
  }
  const working = work()
  return {
    async stop() {
      stopped.abort()
      await working
    },
  }
}
