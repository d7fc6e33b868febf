import { withoutFws } from '../msgauth/tag-list.ts'
import { recordName, recordSeen, recordText } from '../signing/key-record.ts'
import { type Finding, finding, type PartCheck, partCheck } from './finding.ts'
import { foundAt, type ZoneRecord } from './record.ts'
import type { Seen } from './seen.ts'
import type { DomainSetup, SigningKey } from './setup.ts'

/** Shorter than a key, longer than what anybody writes into p= by mistake: a record that was cut has this many of its first characters. */
const leastOfKey = 40

/** Keys that signatures are verified with (RFC 6376 3.6). */
export function checkDkim({ domain, keys }: DomainSetup, seen: Seen): PartCheck {
  const wantedKeys = keys.filter(({ state }) => state !== 'withdrawn')
  const wanted = wantedKeys.map((key): ZoneRecord => ({ name: recordName(key.selector, domain), type: 'TXT', value: recordText(key.algorithm, key.publicKey) }))
  const found = wanted.flatMap(({ name }) => foundAt(seen, name, 'TXT'))
  const none = wantedKeys.length === 0 ? [finding('dkim-no-keys')] : []
  const part = partCheck('dkim', wanted, found, [...none, ...wantedKeys.flatMap((key) => checkKey(domain, key, seen))])
  // The order of tags and white space are the publisher's.
  const fine = new Set(wantedKeys.filter((key) => stateOf(domain, key, seen) === 'fine').map(({ selector }) => recordName(selector, domain)))
  return { ...part, wanted: part.wanted.map((one) => ({ ...one, there: fine.has(one.name) })) }
}

function stateOf(domain: string, { selector, algorithm, publicKey }: SigningKey, seen: Seen) {
  return recordSeen(seen.answer(recordName(selector, domain), 'TXT'), algorithm, publicKey)
}

function checkKey(domain: string, key: SigningKey, seen: Seen): Finding[] {
  const name = recordName(key.selector, domain)
  switch (stateOf(domain, key, seen)) {
    case 'fine':
      return []
    case 'unchecked':
    case 'unknown':
      return [finding('dkim-unknown', { name })]
    case 'missing':
      return [finding(key.state === 'made' ? 'dkim-missing' : 'dkim-gone', { name })]
    case 'different':
      return [
        finding(
          whyDifferent(
            key,
            foundAt(seen, name, 'TXT').map(({ value }) => value),
          ),
          { name },
        ),
      ]
  }
}

/** Panels cut long records, or keep the line breaks and quotation marks of a zone file as part of the text. */
function whyDifferent({ publicKey }: SigningKey, texts: readonly string[]) {
  const [text = '', ...more] = texts
  if (more.length > 0) return 'dkim-several'
  if (/["\\\r\n()]/.test(text) && text.replace(/[\s"\\()]/g, '').includes(publicKey)) return 'dkim-quotes'
  const key = withoutFws(/(?:^|;)\s*p\s*=([^;]*)/i.exec(text)?.[1] ?? '')
  return key.length >= leastOfKey && key.length < publicKey.length && publicKey.startsWith(key) ? 'dkim-cut' : 'dkim-different'
}
