import { LRUCache } from 'lru-cache'
import type { ListPage } from './columns.ts'
import type { ListArguments } from './list-query.ts'

/** Octets of pages that are kept; a mailbox of 10,000 messages has about 6 MB of ENVELOPE and BODYSTRUCTURE. */
const keptOctets = 32 * 1024 * 1024
/** So few messages are found as fast as they are remembered. */
const fewMessages = 100

/**
 * Pages of lists that were asked for lately. What a UID stands for never changes, so they stay true: a message that has gone is passed
 * over by whoever knows what is there, a new one lies in a page of its own.
 */
export class ListedPages {
  readonly #pages = new LRUCache<string, ListPage>({ maxSize: keptOctets, sizeCalculation: (page) => 1000 + page.octets.length + 32 * page.uids.length })

  async get(args: ListArguments, read: (args: ListArguments) => Promise<ListPage>): Promise<ListPage> {
    const key = `${args.accountId} ${args.mailboxId} ${args.first} ${args.last} ${args.envelope} ${args.bodyStructure}`
    const known = this.#pages.get(key)
    if (known !== undefined) return known
    const page = await read(args)
    if (page.uids.length > fewMessages) this.#pages.set(key, page)
    return page
  }
}
