import type { AccountId, MailboxId } from '../../mail/ids.ts'
import type { Message } from '../../store/mailbox.ts'
import { Refused } from '../outcome.ts'
import { MailboxNameError } from '../parse/mailbox-name.ts'
import { parseMessageUrl, type MessageUrl } from '../parse/message-url.ts'
import { resolveMailbox } from '../resolve.ts'
import type { Session } from '../session.ts'
import { plainText } from '../write/strings.ts'
import { prepareSection } from '../write/sections.ts'
import type { IncomingOctets } from './incoming.ts'

interface Mailbox {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly uidValidity: number
}

/**
 * Adds what a URL of CATENATE names: a message of this session, or a section of one (RFC 4469 3). Nothing is ever fetched from elsewhere.
 * @param room throws where so many octets are too many
 * @throws Refused BADURL where there is no such thing
 */
export async function copyUrl(session: Session, text: string, octets: IncomingOctets, room: (octets: number) => void): Promise<void> {
  const { store } = session
  const url = parseMessageUrl(text)
  const mailbox = url && (await mailboxOf(session, url))
  if (url === undefined || mailbox === undefined || (url.uidValidity !== undefined && url.uidValidity !== mailbox.uidValidity)) throw badUrl(text)
  const message = await messageOf(session, mailbox, url.uid)
  const answer = message && (await prepareSection(store, message, url.item))
  if (answer?.found === undefined) throw badUrl(text)
  room(answer.found.octets)
  await octets.add(answer.found.first)
  for await (const piece of answer.found.rest()) await octets.add(piece)
}

/** A URL that names no mailbox means the selected one. */
async function mailboxOf(session: Session, url: MessageUrl): Promise<Mailbox | undefined> {
  if (url.mailbox === undefined) {
    const { selected } = session
    return selected && { ...selected, uidValidity: selected.tracker.live.mailbox.uidValidity }
  }
  try {
    const found = await resolveMailbox(session, url.mailbox)
    return found?.rights.includes('r') === true ? { accountId: found.accountId, ...found.mailbox } : undefined
  } catch (error) {
    if (error instanceof MailboxNameError) return undefined
    throw error
  }
}

async function messageOf({ store }: Session, { accountId, mailboxId }: Mailbox, uid: number): Promise<Message | undefined> {
  for await (const page of store.messages(accountId, mailboxId, [[uid, uid]], { parts: true })) return page[0]
  return undefined
}

/** The code names the URL, as far as a code can (RFC 4469 5). */
function badUrl(url: string): Refused {
  return new Refused(`BADURL ${plainText(url).replaceAll(']', '?')}`, 'there is no such message or section')
}
