import assert from 'node:assert/strict'
import test from 'node:test'
import { parseDate, parseDateTime, formatDateTime } from './date.ts'
import { parseFetchItems } from './fetch.ts'
import { parseFlagList, parseStoreFlags } from './flags.ts'
import { parseList } from './list.ts'
import { canonicalName, MailboxNameError } from './mailbox-name.ts'
import { ImapSyntaxError, literalHead, Scanner } from './scanner.ts'
import { parseSearch, BadCharset } from './search.ts'
import { parseSequenceSet, resolveRanges } from './sequence-set.ts'
import { parseStatusItems } from './status.ts'

const scanner = (line: string, ...literals: string[]): Scanner => {
  // "{}" stands for a literal's announcement; what follows is the next line.
  const lines = line.split(/(?<=\{\})/)
  return new Scanner(
    lines.map((part, i) => part.replace('{}', `{${literals[i]?.length ?? 0}}`)),
    literals.map((literal) => Buffer.from(literal, 'latin1')),
  )
}

/** Everything must be taken. */
function whole<T>(parse: (s: Scanner) => T, line: string, ...literals: string[]): T {
  const s = scanner(line, ...literals)
  const value = parse(s)
  s.end()
  return value
}

const bad = (parse: (s: Scanner) => unknown, ...lines: string[]): void => {
  for (const line of lines) assert.throws(() => whole(parse, line), ImapSyntaxError, line)
}

test('the announcement of a literal (RFC 9051 4.3, RFC 7888, RFC 3516)', () => {
  const table: [string, ReturnType<typeof literalHead>][] = [
    ['a {3}', { sizeOctets: 3, synchronizing: true, binary: false }],
    ['a {3+}', { sizeOctets: 3, synchronizing: false, binary: false }],
    ['a ~{0}', { sizeOctets: 0, synchronizing: true, binary: true }],
    ['a {99999999999999999999}', { sizeOctets: Number.MAX_SAFE_INTEGER, synchronizing: true, binary: false }],
    ['a {}', undefined],
    ['a {+}', undefined],
    ['a {3-}', undefined],
    ['a {-3}', undefined],
    ['a 3}', undefined],
    ['a {3} ', undefined],
    ['', undefined],
  ]
  for (const [line, head] of table) assert.deepEqual(literalHead(line), head, line)
})

test('strings (RFC 9051 4.3, 9)', () => {
  const astring = (s: Scanner): string => s.astring()
  assert.equal(whole(astring, 'abc]'), 'abc]')
  assert.equal(whole(astring, '""'), '')
  assert.equal(whole(astring, '"a \\"b\\" \\\\"'), 'a "b" \\')
  assert.equal(whole(astring, '{}', 'x\r\ny'), 'x\r\ny')
  assert.equal(whole(astring, '"\xc3\xa4"'), 'ä')
  assert.equal(whole(astring, '{}', '\xc3\xa4'), 'ä')
  bad(astring, '', '(', '"a', '"a\\x"', '"a"b', 'a b', 'a\\b', '"\xe4"', 'a{b', 'a%', '"\0"', '{3}', '"a\rb"')
  assert.throws(() => whole(astring, '{}', 'a\0'), ImapSyntaxError)
  assert.equal(
    whole((s) => s.nstring(), 'nil'),
    null,
  )
  assert.equal(
    whole((s) => s.nstring(), '"NIL"'),
    'NIL',
  )
  bad((s) => s.nstring(), 'x', 'NILL')
  bad((s) => s.string(), 'abc')
})

test('numbers', () => {
  assert.equal(
    whole((s) => s.number(), '4294967295'),
    4294967295,
  )
  bad((s) => s.number(), '4294967296', '', '-1', '+1', '1x', '99999999999999999999999')
  bad((s) => s.nzNumber(), '0')
  assert.equal(
    whole((s) => s.number64(), '9007199254740991'),
    9007199254740991,
  )
  assert.equal(
    whole((s) => s.number64(), '9223372036854775807'),
    Number.MAX_SAFE_INTEGER,
  )
  bad((s) => s.number64(), '9223372036854785807', '99999999999999999999999')
})

test('sequence sets, and what they mean', () => {
  const table: [set: string, largest: number, [number, number][]][] = [
    ['1', 9, [[1, 1]]],
    ['1:3', 9, [[1, 3]]],
    ['3:1', 9, [[1, 3]]],
    ['*', 9, [[9, 9]]],
    ['5:*', 9, [[5, 9]]],
    ['*:5', 9, [[5, 9]]],
    ['12:*', 9, [[9, 12]]],
    [
      '1,2,3,7:8,5:6',
      9,
      [
        [1, 3],
        [5, 8],
      ],
    ],
    ['1:5,3:4,5:7', 9, [[1, 7]]],
    ['1:*', 0, []],
    ['*', 0, []],
  ]
  for (const [text, largest, ranges] of table) {
    const set = whole(parseSequenceSet, text)
    assert.ok(set !== '$')
    assert.deepEqual(resolveRanges(set, largest), ranges, text)
  }
  assert.equal(whole(parseSequenceSet, '$'), '$')
  bad(parseSequenceSet, '', '0', '1:', ':1', '1,', ',1', '1:2:3', '1 2', '01x', '$,1', '4294967296', 'a')
  bad(parseSequenceSet, Array.from({ length: 10_001 }, (_, i) => i * 2 + 1).join(','))
})

test('flags', () => {
  assert.deepEqual(whole(parseFlagList, '(\\Seen \\DELETED $b A)'), { system: 9, keywords: '$b A' })
  assert.deepEqual(whole(parseFlagList, '()'), { system: 0, keywords: '' })
  assert.deepEqual(whole(parseFlagList, '(\\Recent a A a)'), { system: 0, keywords: 'a' })
  assert.deepEqual(whole(parseStoreFlags, '\\Seen NIL'), { system: 1, keywords: 'NIL' })
  bad(
    parseFlagList,
    '(\\Foo)',
    '(\\*)',
    '(a  b)',
    '( a)',
    '(a',
    'a',
    `(${'k'.repeat(101)})`,
    `(${Array.from({ length: 101 }, (_, i) => `k${i}`).join(' ')})`,
    '("a")',
  )
  bad(parseStoreFlags, '', '\\Seen ', 'a  b')
})

test('dates (RFC 9051 9)', () => {
  assert.equal(whole(parseDate, '1-Jan-1970'), 0)
  assert.equal(whole(parseDate, '"02-jan-1970"'), 1)
  assert.equal(whole(parseDate, '29-Feb-2024'), Date.UTC(2024, 1, 29) / 86_400_000)
  bad(parseDate, '29-Feb-2023', '0-Jan-2000', '32-Jan-2000', '1-Foo-2000', '1-Jan-99', '1-Jan-20000', 'Jan-1-2000', '1 Jan 2000', '""')
  assert.equal(whole(parseDateTime, '" 1-Feb-1994 21:52:25 -0800"'), Date.UTC(1994, 1, 2, 5, 52, 25))
  assert.equal(whole(parseDateTime, '"01-Feb-1994 21:52:25 +0030"'), Date.UTC(1994, 1, 1, 21, 22, 25))
  bad(
    parseDateTime,
    '"1-Feb-1994 21:52:25 -0800"',
    '" 1-Feb-1994 24:00:00 +0000"',
    '" 1-Feb-1994 21:52:25"',
    '" 1-Feb-1994 21:60:25 +0000"',
    '"31-Feb-1994 21:52:25 +0000"',
    '01-Feb-1994',
  )
  assert.equal(formatDateTime(Date.UTC(1994, 1, 2, 5, 52, 25, 999)), '" 2-Feb-1994 05:52:25 +0000"')
  assert.equal(formatDateTime(Date.UTC(1994, 11, 12)), '"12-Dec-1994 00:00:00 +0000"')
})

test('mailbox names', () => {
  const table: [wire: string, name: string][] = [
    ['inbox', 'INBOX'],
    ['InBox/Sub', 'INBOX/Sub'],
    ['inboxes', 'inboxes'],
    ['a/b/', 'a/b'],
    ['Entw&APw-rfe', 'Entwürfe'],
    ['A&AwI-', '\u00c2'],
    ['&-', '&'],
    ['../x', '../x'],
  ]
  for (const [wire, name] of table) assert.equal(canonicalName(wire, false), name, wire)
  assert.equal(canonicalName('Entw\xc3\xbcrfe', true), 'Entwürfe')
  for (const wire of ['&', '&AAA', '&AOQ', '&AGE-', '\xe4', '&AOQ-&AOQ-', '&2AA-', '&AOR-', 'x'.repeat(2001)]) {
    assert.throws(() => canonicalName(wire, false), MailboxNameError, wire)
  }
})

test('fetch items (RFC 9051 6.4.5)', () => {
  const kinds = (line: string): string[] => whole(parseFetchItems, line).map((item) => (item.kind === 'section' ? item.label : item.kind))
  assert.deepEqual(kinds('ALL'), ['flags', 'internal-date', 'size', 'envelope'])
  assert.deepEqual(kinds('full'), ['flags', 'internal-date', 'size', 'envelope', 'body'])
  assert.deepEqual(kinds('(UID flags UID)'), ['uid', 'flags'])
  assert.deepEqual(kinds('BODY'), ['body'])
  assert.deepEqual(kinds('body[]'), ['BODY[]'])
  assert.deepEqual(kinds('(BODY.PEEK[HEADER] BODY[1.2.MIME] BODY[3]<5.10> RFC822.TEXT)'), ['BODY[HEADER]', 'BODY[1.2.MIME]', 'BODY[3]<5>', 'RFC822.TEXT'])
  assert.deepEqual(kinds('BODY[1.HEADER.FIELDS ("To" x-y)]'), ['BODY[1.HEADER.FIELDS (To x-y)]'])
  const [item] = whole(parseFetchItems, 'BODY.PEEK[2.header.fields.not (To CC)]<0.0>')
  assert.deepEqual(item, {
    kind: 'section',
    section: { path: [2], text: 'fields-not', fields: ['to', 'cc'] },
    partial: { first: 0, length: 0 },
    seen: false,
    label: 'BODY[2.HEADER.FIELDS.NOT (To CC)]<0>',
  })
  bad(
    parseFetchItems,
    '',
    '()',
    '(ALL)',
    'BODY[',
    'BODY[]x',
    'BODY[MIME]',
    'BODY[0]',
    'BODY[1.]',
    'BODY[1.x]',
    'BODY[.1]',
    'BODY[HEADER.FIELDS]',
    'BODY[HEADER.FIELDS ()]',
    'BODY[]<1>',
    'BODY[]<1.',
    'BODY[]<.1>',
    'BODY.PEEK',
    'ENVELOPES',
    '(UID  FLAGS)',
    `BODY[${'1.'.repeat(100)}1]`,
  )
  bad(parseFetchItems, `(${Array.from({ length: 201 }, (_, i) => `BODY[${i + 1}]`).join(' ')})`)
})

test('search programs (RFC 9051 6.4.4)', () => {
  const key = (line: string, ...literals: string[]): unknown => parseSearch(scanner(line, ...literals)).key
  assert.deepEqual(key('ALL'), { kind: 'all' })
  assert.deepEqual(key('unseen'), { kind: 'not', key: { kind: 'flag', bit: 1 } })
  assert.deepEqual(key('NOT NOT SEEN'), { kind: 'flag', bit: 1 })
  assert.deepEqual(key('1:3 UID 4'), {
    kind: 'and',
    keys: [
      { kind: 'sequence', set: [[1, 3]] },
      { kind: 'uid', set: [[4, 4]] },
    ],
  })
  assert.deepEqual(key('OR (SEEN DRAFT) $'), {
    kind: 'or',
    keys: [
      {
        kind: 'and',
        keys: [
          { kind: 'flag', bit: 1 },
          { kind: 'flag', bit: 16 },
        ],
      },
      { kind: 'sequence', set: '$' },
    ],
  })
  assert.deepEqual(key('SUBJECT {} FROM x', 'a"b'), {
    kind: 'and',
    keys: [
      { kind: 'header', field: 'subject', text: 'a"b', inEnvelope: true },
      { kind: 'header', field: 'from', text: 'x', inEnvelope: true },
    ],
  })
  assert.deepEqual(key('CHARSET ISO-8859-1 BODY {}', '\xe4'), { kind: 'body', text: 'ä' })
  assert.deepEqual(key('TEXT "\xc3\xa4"'), { kind: 'text', text: 'ä' })
  assert.deepEqual(key('CHARSET us-ascii TEXT "\xc3\xa4"'), { kind: 'text', text: 'ä' })
  assert.deepEqual(key('CHARSET Shift_JIS HEADER From {}', '\x93\xfa'), { kind: 'header', field: 'from', text: '日' })
  assert.deepEqual(key('SENTON 2-Jan-1970'), { kind: 'date', sent: true, from: 1, before: 2 })
  assert.deepEqual(key('OLDER 60'), { kind: 'not', key: { kind: 'younger', seconds: 60 } })
  assert.deepEqual(parseSearch(scanner('RETURN () ALL')).returns, { min: false, max: false, all: true, count: false, save: false })
  assert.deepEqual(parseSearch(scanner('RETURN (MIN SAVE) CHARSET UTF-8 ALL')).returns, { min: true, max: false, all: false, count: false, save: true })
  const search = (s: Scanner): unknown => parseSearch(s)
  bad(
    search,
    '',
    'FOO',
    'NOT',
    'OR SEEN',
    'ALL ',
    '(ALL',
    '()',
    'RETURN ALL',
    'RETURN (X) ALL',
    'SUBJECT',
    'LARGER -1',
    'ON 1-Foo-2000',
    'KEYWORD \\Seen',
    'UNALL',
    'UNRECENT',
    'YOUNGER 0',
    'BODY {2}',
  )
  bad(search, `${'NOT '.repeat(60)}ALL`, `${'('.repeat(60)}ALL${')'.repeat(60)}`, Array.from({ length: 1001 }, () => 'ALL').join(' '))
  assert.throws(() => parseSearch(scanner('CHARSET X-NONE ALL')), BadCharset)
  assert.throws(() => parseSearch(scanner('CHARSET UTF-8 BODY {}', '\xe4')), ImapSyntaxError)
})

test('LIST (RFC 5258)', () => {
  const list = (s: Scanner): ReturnType<typeof parseList> => parseList(s, false)
  assert.deepEqual(list(scanner('"" %')).patterns, ['%'])
  assert.equal(list(scanner('"" ""')).separatorOnly, true)
  assert.equal(list(scanner('() "" ""')).separatorOnly, false)
  assert.deepEqual(list(scanner('a/ (b* "c d")')).patterns, ['a/b*', 'a/c d'])
  assert.deepEqual(list(scanner('(SUBSCRIBED RECURSIVEMATCH) "" * RETURN (CHILDREN STATUS (MESSAGES UIDNEXT))')).returns.status, ['MESSAGES', 'UIDNEXT'])
  assert.deepEqual(list(scanner('"" &x')).patterns, [undefined])
  bad(
    list,
    '',
    '""',
    '"" ',
    '(RECURSIVEMATCH) "" *',
    '(RECURSIVEMATCH REMOTE) "" *',
    '(X) "" *',
    '"" * RETURN',
    '"" * RETURN (X)',
    '"" () ',
    '"" *  RETURN ()',
    `"" ${'%a'.repeat(33)}`,
  )
  bad(parseStatusItems, '()', '(FOO)', 'MESSAGES', '(MESSAGES', '(MESSAGES  UNSEEN)')
})
