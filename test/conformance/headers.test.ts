import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { type AddressItem, readAddressList } from '../../src/message/address-list.ts'
import { type Parameter, readContentType } from '../../src/message/content-type.ts'
import { readDate } from '../../src/message/date.ts'
import { decodeWords, readText } from '../../src/message/encoded-word.ts'
import { fields } from '../../src/message/header-section.ts'
import { readMessageIds } from '../../src/message/message-id.ts'
import { octetsToText } from '../../src/message/octets.ts'
import { decodedParameter } from '../../src/message/parameter-text.ts'
import { readReceived } from '../../src/message/received.ts'
import { differences } from './headers-differences.ts'

// The header fields of stalwartlabs/mail-parser with what its author reads in them (../shared/suites/README.md). Where we differ, the list
// in headers-differences.ts says why; the test fails when a listed case agrees, so that the list stays true.
const folder = path.join(process.env['POSTHORN_SUITES'] ?? path.join(import.meta.dirname, '../../../shared/suites'), 'headers')
const missing = existsSync(folder) ? false : `no test data at ${folder}`

interface Case {
  readonly header: string
  readonly expected: unknown
}

/** What we read in a field, in the suite's own form. */
const readers: Readonly<Record<string, (value: string) => unknown>> = {
  address: (value) => addressForm(readAddressList(value)),
  content_type: contentTypeForm,
  date: (value) => readDate(value),
  id: (value) => {
    const ids = readMessageIds(value)
    return ids.length === 0 ? null : ids
  },
  list: (value) =>
    decodeWords(value)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  received: receivedForm,
  unstructured: readText,
}

/** What the suite expects, where its form is not one that we have. */
const expectations: Readonly<Record<string, (expected: unknown) => unknown>> = {
  date: dateExpected,
  received: receivedExpected,
}

for (const [name, read] of Object.entries(readers)) {
  test(`header fields: ${name}`, { skip: missing }, (context) => {
    const cases = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as readonly Case[]
    const expectation = expectations[name] ?? ((expected: unknown) => expected)
    const known = differences[name] ?? {}
    const differing = cases.flatMap(({ header, expected }, index) => (same(read(fieldValue(header)), expectation(expected)) ? [] : [index]))
    context.diagnostic(`${name}: ${cases.length - differing.length} of ${cases.length} agree`)
    for (const index of differing) {
      if (known[index] !== undefined) continue
      const { header, expected } = cases[index] ?? { header: '', expected: undefined }
      assert.deepEqual(read(fieldValue(header)), expectation(expected), `case ${index}: ${JSON.stringify(header)}`)
    }
    assert.deepEqual(Object.keys(known).map(Number), differing, 'the list of differences is not true any more')
  })
}

/** The value as an octet string; the suite's texts may go on past the field. */
function fieldValue(header: string): string {
  return fields(Buffer.from(`X:${header}`), 'x')[0] ?? ''
}

function same(left: unknown, right: unknown): boolean {
  try {
    assert.deepEqual(left, right)
    return true
  } catch {
    return false
  }
}

interface Mailbox {
  readonly name: string | null
  readonly address: string
}

function addressForm(items: readonly AddressItem[]): unknown {
  const groups: { name: string | null; addresses: Mailbox[] }[] = []
  let inGroup = false
  for (const item of items) {
    if (item.kind === 'address') {
      if (!inGroup && groups.at(-1)?.name !== null) groups.push({ name: null, addresses: [] })
      groups.at(-1)?.addresses.push(mailboxForm(item))
    } else {
      inGroup = item.kind === 'group-start'
      if (item.kind === 'group-start') groups.push({ name: decodeWords(item.name), addresses: [] })
    }
  }
  return groups.every((group) => group.name === null) ? { List: groups.flatMap((group) => group.addresses) } : { Group: groups }
}

function mailboxForm(item: AddressItem & { readonly kind: 'address' }): Mailbox {
  const route = item.route === undefined ? '' : `${item.route}:`
  return {
    name: item.name === undefined ? null : decodeWords(item.name),
    address: octetsToText(item.domain === undefined ? item.localPart : `${route}${item.localPart}@${item.domain}`),
  }
}

function contentTypeForm(value: string): unknown {
  const { type, subtype, parameters } = readContentType(value)
  if (type === '') return null
  const attributes = parameters.flatMap((parameter) => attributeForm(parameter, parameters))
  return { c_type: octetsToText(type), c_subtype: subtype === '' ? null : octetsToText(subtype), attributes: attributes.length === 0 ? null : attributes }
}

function attributeForm([name, value]: Parameter, parameters: readonly Parameter[]): [string, string][] {
  const base = name.replace(/\*$/, '')
  const language = name === base ? '' : (value.split("'")[1] ?? '')
  const attribute: [string, string] = [octetsToText(base), decodedParameter(parameters, base) ?? '']
  return language === '' ? [attribute] : [[`${base}-language`, language], attribute]
}

interface SuiteDate {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly tz_before_gmt: boolean
  readonly tz_hour: number
  readonly tz_minute: number
}

function dateExpected(expected: unknown): number | undefined {
  if (expected === null || expected === undefined) return undefined
  const date = expected as SuiteDate
  const offsetMinutes = (date.tz_before_gmt ? -1 : 1) * (date.tz_hour * 60 + date.tz_minute)
  return Date.UTC(date.year, date.month - 1, date.day, date.hour, date.minute - offsetMinutes, date.second)
}

function receivedForm(value: string): unknown {
  const { from, fromIp, fromName, helo, by, via, with: protocol, id, for: recipient, dateMs } = readReceived(value)
  return withoutMissing({ from, fromIp, fromName, helo, by, via: via?.toLowerCase(), protocol: protocol?.toLowerCase(), id, recipient, dateMs })
}

function receivedExpected(expected: unknown): unknown {
  const given = (expected ?? {}) as Record<string, unknown>
  const host = (value: unknown) => (value === undefined ? undefined : Object.values(value as Record<string, string>)[0])
  const lower = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : undefined)
  return withoutMissing({
    from: host(given['from']),
    fromIp: given['from_ip'],
    fromName: given['from_iprev'],
    helo: host(given['helo']),
    by: host(given['by']),
    via: lower(given['via']),
    protocol: lower(given['with']),
    id: given['id'],
    recipient: given['for_'],
    dateMs: dateExpected(given['date']),
  })
}

function withoutMissing(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
