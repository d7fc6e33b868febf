import { grammarLimits } from '../limits.ts'
import { type MailboxFilter, MailboxFilterParser } from './mailbox-filter.ts'
import type { Scanner } from './scanner.ts'

/** Where is searched (RFC 7377 2.2). */
export interface SearchSources {
  readonly selected: boolean
  readonly filters: readonly MailboxFilter[]
}

const onlySelected: SearchSources = { selected: true, filters: [] }

/** `IN (source-mbox) ` before the other arguments of ESEARCH; without it the selected mailbox is meant. There are no scope options. */
export function parseSources(scanner: Scanner, utf8: boolean): SearchSources {
  if (!scanner.maybe('IN ')) return onlySelected
  const parser = new MailboxFilterParser(scanner, utf8)
  let selected = false
  const filters: MailboxFilter[] = []
  const source = (): void => {
    const which = scanner.keyword('which mailboxes')
    if (which === 'SELECTED') selected = true
    else filters.push(parser.parse(which))
  }
  scanner.list(source, { atLeast: 1, most: grammarLimits.searchSources, what: 'sources' })
  scanner.space()
  return { selected, filters }
}
