import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress } from '../mail/address.ts'
import { claimedAuthor } from './author.ts'

/** `legal.example` is whom the sender wants to be taken for, `attack.example` whom he is authenticated as. Numbers: test cases of espoofer (Chen et al., 2020). */
const cases: readonly [what: string, header: string, expected: string][] = [
  // What there is one way to read.
  ['one', 'From: Ann <ann@A.example>\r\n', 'one ann@a.example'],
  ['bare', 'From:ann@a.example\r\n', 'one ann@a.example'],
  ['any case, folded', 'FROM:\r\n Ann\r\n <ann@a.example>\r\n', 'one ann@a.example'],
  ['comments beside it', 'From: ann@a.example (Ann (the first) Lee)\r\n', 'one ann@a.example'],
  ['comment behind brackets', 'From: Ann <ann@a.example> (Sales)\r\n', 'one ann@a.example'],
  ['its own address as its name', 'From: Ann@a.example <ann@a.example>\r\n', 'one ann@a.example'],
  ['a quoted local part', 'From: "a b"@a.example\r\n', 'one "a b"@a.example'],
  ['brackets and dots in a name', "From: [List] Dr. O'Neil <ann@a.example>\r\n", 'one ann@a.example'],
  ['a comma in a name', 'From: Widgets, Inc. <ann@a.example>\r\n', 'one ann@a.example'],
  ['an empty entry', 'From: ann@a.example,\r\n', 'one ann@a.example'],
  ['twice the same', 'From: ann@a.example, <Ann@A.example>\r\n', 'one Ann@a.example'],
  ['a U-label', 'From: ann@b\xc3\xbccher.example\r\n', 'one ann@xn--bcher-kva.example'],
  ['old umlauts in a name', 'From: J\xfcrgen <ann@a.example>\r\n', 'one ann@a.example'],
  ['a domain literal', 'From: <ann@[192.0.2.1]>\r\n', 'one ann@[192.0.2.1]'],
  ['several', 'From: ann@a.example, Bob <bob@b.example>\r\n', 'several ann@a.example bob@b.example'],
  // Nobody.
  ['no field', 'Subject: x\r\n\r\nFrom: ann@a.example\r\n', 'none'],
  ['empty', 'From:\r\n', 'none'],
  ['a name only', 'From: Ann\r\n', 'none'],
  // A name that is an address: no fault of form, and so the author is who he is, but it is told.
  ['an address as a name', 'From: "ceo@legal.example" <eve@attack.example>\r\n', 'one eve@attack.example shown ceo@legal.example'],
  ['an address as a coded name', 'From: =?utf-8?q?ceo=40legal.example?= <eve@attack.example>\r\n', 'one eve@attack.example shown ceo@legal.example'],
  ['an address as a base64 name', 'From: =?utf-8?b?Y2VvQGxlZ2FsLmV4YW1wbGU=?= <eve@attack.example>\r\n', 'one eve@attack.example shown ceo@legal.example'],
  ['an address as a comment', 'From: eve@attack.example (ceo@legal.example)\r\n', 'one eve@attack.example shown ceo@legal.example'],
  // Several From fields (A8, A9 and its kin).
  ['two fields', 'From: eve@attack.example\r\nFrom: ceo@legal.example\r\n', 'hidden several From fields: eve@attack.example ceo@legal.example'],
  ['a second, empty one', 'From: eve@attack.example\r\nFrom:\r\n', 'hidden several From fields: eve@attack.example'],
  ['a space before the colon', 'From : ceo@legal.example\r\n', 'hidden a From field whose name not everybody reads: ceo@legal.example'],
  ['a second one with a space', 'From: eve@attack.example\r\nFrom : ceo@legal.example\r\n', 'hidden several From fields: eve@attack.example ceo@legal.example'],
  ['a space at the top', ' From: ceo@legal.example\r\nFrom: eve@attack.example\r\n', 'hidden several From fields: ceo@legal.example eve@attack.example'],
  ['a folded name', 'From\r\n : ceo@legal.example\r\nFrom: eve@attack.example\r\n', 'hidden several From fields: ceo@legal.example eve@attack.example'],
  [
    'a control character in the name',
    'From\x0b: ceo@legal.example\r\nFrom: eve@attack.example\r\n',
    'hidden several From fields: ceo@legal.example eve@attack.example',
  ],
  ['a soft hyphen in the name', 'Fr\xc2\xadom: ceo@legal.example\r\n', 'hidden a From field whose name not everybody reads: ceo@legal.example'],
  // Multiple addresses, and what stands between and behind them (A10, A13 to A15).
  [
    'brackets, then an address',
    'From: <eve@attack.example>ceo@legal.example\r\n',
    'hidden something behind the address in From: eve@attack.example ceo@legal.example',
  ],
  ['brackets, then a word', 'From: <eve@attack.example> Ann\r\n', 'hidden something behind the address in From: eve@attack.example'],
  [
    'two in brackets',
    'From: <eve@attack.example><ceo@legal.example>\r\n',
    'hidden addresses in From without a comma between: eve@attack.example ceo@legal.example',
  ],
  [
    'an address before brackets',
    'From: ceo@legal.example <eve@attack.example>\r\n',
    'hidden addresses in From without a comma between: ceo@legal.example eve@attack.example',
  ],
  ['two words', 'From: ceo@legal.example eve@attack.example\r\n', 'hidden addresses in From without a comma between: ceo@legal.example eve@attack.example'],
  [
    'a quotation beside an address',
    'From: "ceo@legal.example" eve@attack.example\r\n',
    'hidden addresses in From without a comma between: ceo@legal.example eve@attack.example',
  ],
  [
    'a quoted comma',
    'From: <ceo@legal.example>\\,<eve@attack.example>\r\n',
    'hidden something in From that is no part of an address: ceo@legal.example eve@attack.example',
  ],
  [
    'a comma inside brackets',
    'From: <ceo@legal.example,eve@attack.example>\r\n',
    'hidden something in From that is no part of an address: ceo@legal.example eve@attack.example',
  ],
  [
    'brackets inside brackets',
    'From: <<ceo@legal.example>eve@attack.example>\r\n',
    'hidden something in From that is no part of an address: ceo@legal.example eve@attack.example',
  ],
  [
    'a bracket that closes nothing',
    'From: ceo@legal.example>, <eve@attack.example>\r\n',
    'hidden something in From that is no part of an address: ceo@legal.example eve@attack.example',
  ],
  [
    'a quoted address alone, then another',
    'From: "ceo@legal.example", eve@attack.example\r\n',
    'hidden an address in From that cannot be read: ceo@legal.example eve@attack.example',
  ],
  // An address in another shape (A11, A12).
  [
    'all of it coded',
    'From: =?utf-8?b?PGNlb0BsZWdhbC5leGFtcGxlPg==?=, <eve@attack.example>\r\n',
    'hidden an encoded word where the address should be: eve@attack.example ceo@legal.example',
  ],
  [
    'coded in brackets',
    'From: <=?utf-8?q?ceo?=@legal.example>\r\n',
    'hidden an encoded word where the address should be: =?utf-8?q?ceo?=@legal.example ceo@legal.example',
  ],
  [
    'a route',
    'From: <@attack.example,@any.example:ceo@legal.example>\r\n',
    'hidden something in From that is no part of an address: unknown@attack.example unknown@any.example ceo@legal.example',
  ],
  ['a short route', 'From: <@attack.example:ceo@legal.example>\r\n', 'hidden a group or a route in From: unknown@attack.example ceo@legal.example'],
  ['a group', 'From: ceo@legal.example:eve@attack.example;\r\n', 'hidden a group or a route in From: ceo@legal.example eve@attack.example'],
  [
    'an address inside a local part',
    'From: <"ceo@legal.example"@attack.example>\r\n',
    'hidden an address inside a local part: ceo@legal.example unknown@attack.example',
  ],
  [
    'brackets inside a local part',
    'From: "Legal <ceo@legal.example>, "@attack.example\r\n',
    'hidden an address inside a local part: ceo@legal.example unknown@attack.example',
  ],
  ['two @', 'From: ceo@legal.example@attack.example\r\n', 'hidden an address in From that cannot be read: ceo@legal.example legal.example@attack.example'],
  ['a comment inside', 'From: ceo@legal.example(x).attack.example\r\n', 'hidden addresses in From without a comma between: ceo@legal.example'],
  [
    'a comment around the @',
    'From: <ceo(@attack.example)@legal.example>\r\n',
    'hidden something in From that is no part of an address: unknown@attack.example unknown@legal.example',
  ],
  ['white space inside', 'From: <ceo@legal.example .attack.example>\r\n', 'hidden an address in From that cannot be read: ceo@legal.example'],
  // Strings that end early for some (NUL, broken quotation).
  ['NUL', 'From: ceo@legal.example\x00.attack.example\r\n', 'hidden a control character in From: ceo@legal.example'],
  [
    'no UTF-8',
    'From: ceo@legal.example\xff.attack.example\r\n',
    'hidden octets in From that are not UTF-8: ceo@legal.xn--example-i3a.attack.example ceo@legal.example',
  ],
  [
    'an open quotation',
    'From: "ceo@legal.example <eve@attack.example>\r\n',
    'hidden a quotation or comment in From that does not end: ceo@legal.example eve@attack.example',
  ],
  [
    'an open comment',
    'From: eve@attack.example (ceo@legal.example\r\n',
    'hidden a quotation or comment in From that does not end: eve@attack.example ceo@legal.example',
  ],
  ['an open bracket', 'From: <ceo@legal.example\r\n', 'hidden a quotation or comment in From that does not end: ceo@legal.example'],
  ['nothing in brackets', 'From: ceo <>\r\n', 'hidden an address in From that cannot be read:'],
  ['no domain', 'From: ceo@\r\n', 'hidden an address in From that cannot be read:'],
]

for (const [what, header, expected] of cases) {
  test(`author: ${what}`, () => {
    const { kind, addresses, shown, trick } = claimedAuthor(Buffer.from(header, 'latin1'))
    const first = trick === undefined ? kind : `${kind} ${trick}:`
    const texts = [first, ...addresses.map(formatAddress), ...(shown.length > 0 ? ['shown', ...shown.map(formatAddress)] : [])]
    assert.equal(texts.join(' '), expected)
  })
}

test('a From field of any size and make is read in little time', () => {
  const fill = ['a@b.example,', '(', '<', '"', '@', '=?utf-8?q?', '<a@b>', '\\', 'a ', '@a']
  for (const text of fill) {
    const header = Buffer.from(`From: ${text.repeat(1_000_000 / text.length)}\r\n`)
    const before = process.cpuUsage()
    assert.match(claimedAuthor(header).kind, /hidden/)
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 200_000, `${text}: ${user + system} µs`)
  }
})
