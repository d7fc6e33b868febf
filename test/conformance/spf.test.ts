import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { Resolver } from '../../src/dns/resolver.ts'
import { parseIp } from '../../src/mail/ip.ts'
import { BoundedDns } from '../../src/msgauth/dns.ts'
import { checkHost } from '../../src/msgauth/spf/check-host.ts'
import { type NameRecords, startNameServer, type Zone } from '../harness/name-server.ts'

// The SPF test suite of RFC 7208 (../shared/suites/README.md), asked of a name server on loopback with the suite's zones.
const file = path.join(process.env['POSTHORN_SUITES'] ?? path.join(import.meta.dirname, '../../../shared/suites'), 'spf/rfc7208-tests.yml')
const missing = existsSync(file) ? false : `no test data at ${file}`

type ZoneEntry = 'TIMEOUT' | Readonly<Record<string, unknown>>

interface Scenario {
  readonly description: string
  readonly tests: Readonly<Record<string, Case>>
  readonly zonedata: Readonly<Record<string, readonly ZoneEntry[]>>
}

interface Case {
  readonly helo: string
  readonly host: string
  readonly mailfrom: string
  /** Where several are listed, any of them is right. */
  readonly result: string | readonly string[]
  readonly explanation?: string
}

const scenarios = missing === false ? parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Scenario) : []

test('the SPF suite has all of its cases', { skip: missing }, () => {
  assert.equal(
    scenarios.reduce((sum, { tests }) => sum + Object.keys(tests).length, 0),
    203,
  )
})

for (const { description, tests, zonedata } of scenarios) {
  test(`SPF: ${description}`, async () => {
    await using server = await startNameServer(zoneOf(zonedata))
    const resolver = new Resolver({ clock: Date, servers: [server.address], attemptTimeoutMs: 40 })
    try {
      for (const [name, one] of Object.entries(tests)) await play(name, one, resolver)
    } finally {
      resolver.close()
    }
  })
}

async function play(name: string, { helo, host, mailfrom, result, explanation }: Case, resolver: Resolver): Promise<void> {
  const at = mailfrom.lastIndexOf('@')
  const ip = parseIp(host)
  assert.ok(ip)
  const question = {
    ip,
    helo,
    localPart: mailfrom.slice(0, Math.max(0, at)) || 'postmaster',
    domain: mailfrom === '' ? helo : mailfrom.slice(at + 1),
    hostName: 'mx.example.org',
    nowMs: 0,
  }
  const outcome = await checkHost(question, new BoundedDns(resolver, 100, performance.now() + 10_000))
  assert.ok([result].flat().includes(outcome.result), `${name}: ${outcome.result} (${outcome.reason ?? ''}), not ${String(result)}`)
  // Names are of any case; and so is what is made of them.
  if (explanation !== undefined && explanation !== 'DEFAULT') assert.equal(outcome.explanation?.toLowerCase(), explanation.toLowerCase(), name)
  if (explanation === 'DEFAULT') assert.equal(outcome.explanation, undefined, name)
}

/** Where a name has no TXT records of its own, those of the old type SPF are meant (the suite's rule). `TIMEOUT`: what is not listed is not answered. */
function zoneOf(zonedata: Scenario['zonedata']): Zone {
  const zone: Zone = {}
  for (const [name, entries] of Object.entries(zonedata)) {
    const of = (type: string) => entries.flatMap((entry) => (entry !== 'TIMEOUT' && type in entry ? [entry[type]] : []))
    const texts = of('TXT').length > 0 ? of('TXT').filter((text) => text !== 'NONE') : of('SPF')
    const [alias] = of('CNAME')
    zone[name.toLowerCase()] = {
      A: of('A') as string[],
      AAAA: of('AAAA') as string[],
      PTR: of('PTR') as string[],
      MX: of('MX') as [number, string][],
      TXT: texts.map((text) => (Array.isArray(text) ? (text as string[]) : latin1Strings(String(text)))),
      ...(typeof alias === 'string' && { CNAME: alias.replace(/\.$/, '') }),
      ...(entries.includes('TIMEOUT') && texts.length === 0 && { fault: 'silent' }),
    } satisfies NameRecords
  }
  return zone
}

/** dns-packet takes 255 octets a string. */
function latin1Strings(text: string): string[] {
  return text.match(/.{1,250}/gs) ?? ['']
}
