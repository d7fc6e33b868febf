import { grammarLimits } from '../limits.ts'
import { parseToldItems, type FetchItem } from './fetch.ts'
import { type MailboxFilter, MailboxFilterParser } from './mailbox-filter.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'

/** What is told of mailboxes (RFC 5465 5). MessageNew and MessageExpunge come together, or not at all. */
export interface Events {
  readonly messages: boolean
  readonly flags: boolean
  readonly names: boolean
  readonly subscriptions: boolean
  readonly metadata: boolean
  /** An event of no mailbox, whatever group it stands in (RFC 5465 5.7). */
  readonly serverMetadata: boolean
}

export interface SelectedEvents {
  /** SELECTED-DELAYED: EXPUNGE waits for a command. */
  readonly delayed: boolean
  readonly messages: boolean
  readonly flags: boolean
  /** What FETCH tells of a new message; undefined: nothing. */
  readonly items: readonly FetchItem[] | undefined
}

export interface NotifySettings {
  /** STATUS of what is watched is told at once. */
  readonly status: boolean
  readonly selected: SelectedEvents | undefined
  readonly groups: readonly { readonly filter: MailboxFilter; readonly events: Events }[]
}

/** An event that we do not know: NO [BADEVENT]. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent'
}

export const knownEvents = [
  'MessageNew',
  'MessageExpunge',
  'FlagChange',
  'MailboxName',
  'SubscriptionChange',
  'MailboxMetadataChange',
  'ServerMetadataChange',
] as const

/** NOTIFY NONE, and before the first NOTIFY SET. */
export const notifyNothing: NotifySettings = { status: false, selected: undefined, groups: [] }

/** Everything after `NOTIFY ` (RFC 5465 8). Throws BadEvent where it is well-formed but for an unknown event. */
export function parseNotify(scanner: Scanner, utf8: boolean): NotifySettings {
  const form = scanner.keyword('SET or NONE')
  if (form === 'NONE') {
    scanner.end()
    return notifyNothing
  }
  if (form !== 'SET') throw scanner.fail('SET or NONE')
  scanner.space()
  const status = scanner.maybe('STATUS ')
  const parser = new GroupParser(scanner, utf8)
  do parser.group()
  while (scanner.maybeSpace())
  scanner.end()
  if (parser.unknown !== undefined) throw new BadEvent(`no event is called ${parser.unknown.slice(0, 40)}`)
  return { status, selected: parser.selected, groups: parser.groups }
}

interface ParsedEvents extends Events {
  readonly items: readonly FetchItem[] | undefined
}

class GroupParser {
  readonly #scanner: Scanner
  readonly #filters: MailboxFilterParser
  readonly groups: { filter: MailboxFilter; events: Events }[] = []
  selected: SelectedEvents | undefined
  unknown: string | undefined

  constructor(scanner: Scanner, utf8: boolean) {
    this.#scanner = scanner
    this.#filters = new MailboxFilterParser(scanner, utf8)
  }

  group(): void {
    if (this.groups.length >= grammarLimits.notifyGroups) throw new ImapSyntaxError(`more than ${grammarLimits.notifyGroups} event groups`)
    this.#scanner.char('(')
    const which = this.#scanner.keyword('which mailboxes')
    if (which === 'SELECTED' || which === 'SELECTED-DELAYED') this.#selectedGroup(which === 'SELECTED-DELAYED')
    else {
      const filter = this.#filters.parse(which)
      const { items, ...events } = this.#events()
      if (items !== undefined) throw new ImapSyntaxError('items to fetch are for the selected mailbox')
      this.groups.push({ filter, events })
    }
    this.#scanner.char(')')
  }

  #selectedGroup(delayed: boolean): void {
    if (this.selected !== undefined) throw new ImapSyntaxError('the selected mailbox is named twice')
    const { messages, flags, names, subscriptions, metadata, serverMetadata, items } = this.#events()
    if (names || subscriptions || metadata || serverMetadata) throw new ImapSyntaxError('only message events are for the selected mailbox')
    this.selected = { delayed, messages, flags, items }
  }

  #events(): ParsedEvents {
    this.#scanner.space()
    const events = new Set<string>()
    let items: readonly FetchItem[] | undefined
    if (this.#scanner.isOpen()) {
      const event = (): void => {
        const name = this.#scanner.atom('an event')
        const known = knownEvents.find((one) => one.toUpperCase() === name.toUpperCase())
        if (known === undefined) this.unknown ??= name
        else events.add(known)
        if (known === 'MessageNew' && this.#scanner.maybeSpaceBeforeOpen()) items = parseToldItems(this.#scanner)
      }
      this.#scanner.list(event, { atLeast: 1, most: 20, what: 'events' })
    } else if (this.#scanner.keyword('events or NONE') !== 'NONE') throw this.#scanner.fail('events or NONE')
    if (events.has('MessageNew') !== events.has('MessageExpunge')) throw new ImapSyntaxError('MessageNew and MessageExpunge come together')
    if (events.has('FlagChange') && !events.has('MessageNew')) throw new ImapSyntaxError('FlagChange needs MessageNew and MessageExpunge')
    return {
      messages: events.has('MessageNew'),
      flags: events.has('FlagChange'),
      names: events.has('MailboxName'),
      subscriptions: events.has('SubscriptionChange'),
      metadata: events.has('MailboxMetadataChange'),
      serverMetadata: events.has('ServerMetadataChange'),
      items,
    }
  }
}
