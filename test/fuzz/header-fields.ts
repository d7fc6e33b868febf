import assert from 'node:assert/strict'
import { type AddressItem, readAddressList } from '../../src/message/address-list.ts'
import { author } from '../../src/message/author.ts'
import { readContentType, readDisposition } from '../../src/message/content-type.ts'
import { readDate, readDay } from '../../src/message/date.ts'
import { decodeWords, readText } from '../../src/message/encoded-word.ts'
import { writeEnvelope } from '../../src/message/envelope.ts'
import { countFields, fields, filterFields, headerSectionEnd, unfold } from '../../src/message/header-section.ts'
import { readMessageIds } from '../../src/message/message-id.ts'
import { decodedParameter } from '../../src/message/parameter-text.ts'
import { readReceived } from '../../src/message/received.ts'
import { assertBalanced } from '../harness/message-invariants.ts'

export const name = 'header-fields'

export const seeds: Uint8Array[] = [
  'From: "Ann \\"A\\" Example" <@route:ann@a.example> (comment), group: a@b, c . d @ e; "x y"@z\r\nTo: =?utf-8?Q?=C3=A4?= <b@c>\r\n',
  'Subject: =?iso-8859-1?q?a_=E4?= =?utf-8?B?w6Q=?=\r\n folded\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600 (CST)\r\n',
  'Message-ID: <1@a.example>\r\nIn-Reply-To: "x" <2@b> (c) <3@d>\r\nReferences: <1@a> <2@b>\r\n',
  'Content-Type: text/plain; charset="utf-8"; name*0*=utf-8\'de\'%C3%A4; name*1="b c"; x=y z (comment); boundary=a b\r\n',
  'Content-Disposition: attachment; filename="=?utf-8?Q?=C3=A4?=.pdf"; size=1\r\n',
  'From : a@b\r\nfrom: c@d\r\n\r\nFrom: body@b\r\n',
  'From: a@b\nno colon here\n: empty name\nX:\n y\n z\n\n',
].map((text) => Buffer.from(text))

export function target(input: Uint8Array): void {
  const text = Buffer.from(input).toString('latin1')
  for (const value of [text, ...fields(input, 'from'), ...fields(input, 'subject')]) readAll(value)
  checkSection(input)
  assertBalanced(writeEnvelope(input))
  const from = author(input)
  if (from.fault === undefined) assert.equal(countFields(input, 'From'), 1)
}

function readAll(value: string): void {
  checkGroups(readAddressList(value))
  for (const parameters of [readContentType(value).parameters, readDisposition(value).parameters]) {
    for (const [name] of parameters) decodedParameter(parameters, name.replace(/\*$/, ''))
    assert.equal(new Set(parameters.map(([name]) => name)).size, parameters.length, 'a parameter twice')
  }
  for (const ms of [readDate(value), readDay(value)]) assert.ok(ms === undefined || Number.isSafeInteger(ms))
  readReceived(value)
  for (const id of readMessageIds(value)) assert.ok(id.length > 0 && !id.includes('\n'))
  readText(value)
  decodeWords(value)
  assert.ok(unfold(value).length <= value.length)
}

function checkGroups(items: readonly AddressItem[]): void {
  let open = false
  for (const item of items) {
    if (item.kind === 'address') continue
    assert.equal(item.kind === 'group-start', !open, 'groups do not nest')
    open = !open
  }
  assert.ok(!open, 'a group without end')
}

/** Every octet of the section goes to one side of the filter, and the fields found are those that are counted. */
function checkSection(input: Uint8Array): void {
  const end = headerSectionEnd(input)
  assert.ok(end <= input.length)
  const names = ['from', 'subject', 'x']
  for (const fieldName of names) assert.equal(fields(input, fieldName).length, countFields(input, fieldName))
  const only = filterFields(input, 'only', names)
  const without = filterFields(input, 'without', names)
  const rest = Buffer.from(input.subarray(0, end))
    .toString('latin1')
    .replace(/\r?\n$/, '')
  assert.ok(only.length + without.length - 4 >= rest.length - 2, 'octets that neither side has')
  assert.ok(only.length + without.length - 4 <= end, 'octets on both sides')
  assert.equal(fields(only, 'from').length, fields(input, 'from').length)
  assert.equal(fields(without, 'from').length, 0)
}
