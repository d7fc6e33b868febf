import assert from 'node:assert/strict'
import { parseDateTime } from '../../src/imap/parse/date.ts'
import { type FetchItem, parseFetchItems } from '../../src/imap/parse/fetch.ts'
import { parseFlagList, parseStoreFlags } from '../../src/imap/parse/flags.ts'
import { parseList, parseUse } from '../../src/imap/parse/list.ts'
import { MailboxNameError, parseMailboxName } from '../../src/imap/parse/mailbox-name.ts'
import { parseMessageUrl } from '../../src/imap/parse/message-url.ts'
import { parseGetMetadata, parseSetMetadata } from '../../src/imap/parse/metadata.ts'
import { parseSources } from '../../src/imap/parse/multi-search.ts'
import { ImapSyntaxError, literalHead, Scanner } from '../../src/imap/parse/scanner.ts'
import { BadCharset, parseSearch, type SearchKey } from '../../src/imap/parse/search.ts'
import { parseSequenceSet, resolveRanges } from '../../src/imap/parse/sequence-set.ts'
import { parseStatusItems } from '../../src/imap/parse/status.ts'
import { decodeUtf7, encodeUtf7 } from '../../src/imap/parse/utf7.ts'
import { withoutExtensions } from '../../src/imap/write/body.ts'
import { Pattern } from '../../src/imap/list/pattern.ts'

/** Arguments of IMAP commands, with their literals: what follows the command's name. */
export const name = 'imap-command'

export const seeds: readonly Uint8Array[] = [
  'INBOX',
  '"Entw&APw-rfe/x\\"y"',
  '{5}\r\nINBOX {3+}\r\nabc',
  '1:3,5,*:7 (FLAGS UID BODY.PEEK[1.2.HEADER.FIELDS.NOT (To "X y")]<0.100> RFC822.TEXT)',
  '1 (BINARY.PEEK[1.2]<0.5> BINARY.SIZE[])',
  '$ FULL',
  '2:4 +FLAGS.SILENT (\\Seen $Work NIL)',
  'RETURN (MIN SAVE) CHARSET UTF-8 OR (NOT FROM "a") (1:* UID 5 KEYWORD x) SENTSINCE 1-Feb-1994 BODY {3}\r\nabc LARGER 5 HEADER X-Y ""',
  'IN (SELECTED SUBTREE-ONE (INBOX "a b") MAILBOXES x PERSONAL) RETURN (RELEVANCY) FUZZY (BODY x)',
  'RETURN (COUNT PARTIAL -1:-100 UPDATE CONTEXT) ALL',
  '(SUBSCRIBED RECURSIVEMATCH) "" (INBOX "a/%" *b%) RETURN (CHILDREN STATUS (MESSAGES UIDNEXT))',
  'x (USE (\\Sent \\Foo))',
  'INBOX (\\Seen) " 1-Feb-1994 21:52:25 -0800" {310}',
  '(MESSAGES UNSEEN SIZE)',
  '(DEPTH infinity MAXSIZE 10) "" (/private/comment "/shared/a b")',
  'INBOX (/private/comment {3}\r\nabc /shared/vendor/x/y NIL /shared/comment ~{3}\r\na\0b)',
  '/Entw%C3%BCrfe;UIDVALIDITY=3/;UID=1/;SECTION=1.HEADER.FIELDS%20(To)/;PARTIAL=1.2',
  '(("text" "plain" ("charset" "u\\"s") NIL NIL "7bit" 1 0 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" 24 (NIL) ("text" "plain" NIL NIL NIL "7bit" 6 0 NIL) 2 NIL) "mixed" ("b" {1}\r\n)) NIL)',
].map((text) => Buffer.from(text, 'latin1'))

export function target(input: Uint8Array): void {
  const { lines, literals } = split(input)
  const make = (): Scanner => new Scanner(lines, literals)
  const mailbox = attempt(make, (scanner) => parseMailboxName(scanner, false))
  if (mailbox !== undefined) {
    assert.equal(decodeUtf7(encodeUtf7(mailbox)), mailbox, 'a name is not read back')
    assert.equal(mailbox.normalize('NFC'), mailbox)
  }
  attempt(make, (scanner) => parseMailboxName(scanner, true))
  attempt(make, (scanner) => {
    const set = parseSequenceSet(scanner)
    if (set !== '$') checkRanges(resolveRanges(set, 100))
    scanner.space()
    return parseFetchItems(scanner)
  })?.forEach(checkItem)
  attempt(make, (scanner) => {
    const sources = parseSources(scanner, true)
    parseSearch(scanner)
    return sources
  })
  const search = attempt(make, parseSearch)
  if (search !== undefined) assert.ok(depth(search.key) <= 60, 'keys nest too deep')
  const list = attempt(make, (scanner) => parseList(scanner, false))
  for (const pattern of list?.patterns ?? []) if (pattern !== undefined) new Pattern(pattern).matches('a/ab/abc/INBOX/x')
  for (const parse of [parseFlagList, parseStoreFlags]) {
    const flags = attempt(make, parse)
    if (flags !== undefined) assert.match(flags.keywords, /^(?:[^ \\]+(?: [^ \\]+)*)?$/)
  }
  attempt(make, parseStatusItems)
  const annotations = [
    ...(attempt(make, (scanner) => parseGetMetadata(scanner, false))?.names ?? []),
    ...(attempt(make, (scanner) => parseSetMetadata(scanner, false))?.entries.map((entry) => entry.name) ?? []),
  ]
  for (const entry of annotations) assert.match(entry, /^\/(?:private|shared)(?:\/[ !-$&-)+-.0-@[-~]+)*$/)
  attempt(make, parseUse)
  attempt(make, parseDateTime)
  attempt(make, (scanner) => scanner.pendingLiteral())
  parseMessageUrl(Buffer.from(input).toString('latin1'))
  // What the index keeps is ours; even if it were damaged this must come to an end.
  withoutExtensions(input)
}

/** As the connection does: a line that announces a literal is followed by its octets and another line. */
function split(input: Uint8Array): { readonly lines: string[]; readonly literals: Uint8Array[] } {
  const text = Buffer.from(input).toString('latin1')
  const lines: string[] = []
  const literals: Uint8Array[] = []
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at)
    const line = text.slice(at, end < 0 ? undefined : end)
    lines.push(line)
    const head = literalHead(line)
    if (head === undefined || end < 0 || head.sizeOctets > text.length - end - 2) return { lines, literals }
    literals.push(Buffer.from(text.slice(end + 2, end + 2 + head.sizeOctets), 'latin1'))
    at = end + 2 + head.sizeOctets
  }
}

/** The parser's value, where it took everything; its own errors are no failure. */
function attempt<Value>(make: () => Scanner, parse: (scanner: Scanner) => Value): Value | undefined {
  const scanner = make()
  try {
    const value = parse(scanner)
    scanner.end()
    return value
  } catch (error) {
    if (error instanceof ImapSyntaxError || error instanceof MailboxNameError || error instanceof BadCharset) {
      if (error instanceof ImapSyntaxError) assert.ok(error.message.length < 400, 'an error repeats what was sent')
      return undefined
    }
    throw error
  }
}

function checkItem(item: FetchItem): void {
  if (item.kind !== 'section') return
  // The label stands in the answer as it is.
  assert.match(item.label, /^[\x20-\x7e]+$/)
  assert.ok(item.section.path.every((number) => number >= 1 && number <= 0xffff_ffff))
}

function checkRanges(ranges: readonly (readonly [number, number])[]): void {
  let last = -1
  for (const [from, to] of ranges) {
    assert.ok(from > last + 1 && from <= to && to <= 0xffff_ffff, 'ranges are not in order')
    last = to
  }
}

function depth(key: SearchKey): number {
  switch (key.kind) {
    case 'and':
    case 'or':
      return 1 + Math.max(...key.keys.map(depth))
    case 'not':
      return 1 + depth(key.key)
    default:
      return 1
  }
}
