import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { authenticate as authenticateByOthers } from 'mailauth'
import { withEachEngine } from '../../test/harness/database.ts'
import { readSql } from '../../test/harness/run-sql.ts'
import type { Zone } from '../../test/harness/name-server.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import { type Log, silent } from '../base/log.ts'
import { addDomain, removeDomain } from '../directory/change/organisation.ts'
import { setSettings } from '../directory/change/settings.ts'
import { Directory } from '../directory/directory.ts'
import { directoryMigrations } from '../directory/schema.ts'
import { authenticate } from '../msgauth/authenticate.ts'
import { MessageToSign } from '../msgauth/dkim/message-to-sign.ts'
import { DomainKeys } from './domain-keys.ts'
import { recordName, recordStrings, recordText } from './key-record.ts'
import { KeyVault } from './key-vault.ts'
import type { DomainKey } from './rows.ts'
import { signingMigrations } from './schema.ts'
import { Signer } from './signer.ts'

const modules = ['../directory/catalogue.ts', './catalogue.ts', '../../test/harness/run-sql.ts'].map((module) => import.meta.resolve(module))
const hostname = 'mx.our.example'
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const message = 'From: ann@a.example\r\nTo: bob@b.example\r\nSubject: a line\r\n\r\nHello Bob\r\n'
const toSign = await MessageToSign.read([Buffer.from(message)])

withEachEngine((_engine, open) => {
  /** An installation with two domains, a DNS that is a table, and a clock. */
  async function world(context: TestContext) {
    const database = await open(context, { migrations: [...directoryMigrations, ...signingMigrations], modules })
    const clock = { ms: Date.UTC(2026, 10, 22, 12), now: () => clock.ms }
    const directory = await Directory.open({ database, clock, log: silent })
    context.after(() => directory.close())
    for (const name of ['a.example', 'b.example']) await directory.change(addDomain, 'test', { name, customer: undefined })
    const zone: Record<string, Zone[string]> = {}
    const installationKey = randomBytes(32)
    const said: unknown[] = []
    const log: Log = { ...silent, error: (_message, fields) => void said.push(fields), info: (_message, fields) => void said.push(fields) }
    const vault = new KeyVault(async () => installationKey)
    const openDns = () => ({ ...zoneDns(zone), close() {} })
    const keys = new DomainKeys({ database, directory, vault, openDns, hostname, clock, log })
    const signer = () => new Signer({ database, vault, hostname, clock, log })
    const publish = (...published: readonly DomainKey[]) => {
      for (const { selector, domain, algorithm, publicKey } of published)
        zone[recordName(selector, domain)] = { TXT: [recordStrings(recordText(algorithm, publicKey))] }
    }
    const owner = async (domain: string) => {
      const found = await keys.owner(domain)
      assert.ok(found, domain)
      return found
    }
    const of = async (domain: string) => keys.of(await owner(domain))
    /** `RSA-SELECTOR state seen`, newest first. */
    const told = async (domain: string) => (await of(domain)).map(({ selector, state, seen }) => `${selector} ${state} ${seen}`)
    return { database, clock, directory, zone, keys, said, vault, signer, publish, owner, of, told }
  }

  async function verified(text: string, zone: Zone) {
    const input = { clientIp: '192.0.2.1', helo: 'x', reversePath: null, hostName: 'mx', nowMs: Date.now() }
    return authenticate({ ...input, message: [Buffer.from(text)] }, zoneDns(zone))
  }

  test('from the domain added to its mail signed, and verified by another', async (context) => {
    const { keys, publish, owner, of, told, signer, zone } = await world(context)
    assert.equal(await keys.upkeep(), false)
    assert.deepEqual(await told('a.example'), ['20261122-rsa made missing', '20261122-ed25519 made missing'])
    assert.deepEqual(await told(hostname), ['host-20261122-rsa made missing', 'host-20261122-ed25519 made missing'])
    assert.equal(await signer().sign(toSign, 'a.example'), '', 'nobody could verify it')
    publish(...(await of('a.example')))
    await keys.check(await owner('a.example'))
    assert.deepEqual(await told('a.example'), ['20261122-rsa signing fine', '20261122-ed25519 signing fine'])
    const fields = await signer().sign(toSign, 'a.example')
    assert.match(fields, /^DKIM-Signature: v=1; a=rsa-sha256;[^]*d=a\.example; s=20261122-rsa;[^]*\r\nDKIM-Signature: v=1; a=ed25519-sha256;/)
    const resolver = async (name: string) => {
      const held = zone[name]?.TXT?.[0]
      if (Array.isArray(held)) return [held]
      throw Object.assign(new Error(name), { code: 'ENOTFOUND' })
    }
    const { dkim } = await authenticateByOthers(Buffer.from(fields + message), { ip: '127.0.0.1', helo: 'x', mta: 'mx', sender: 'ann@a.example', resolver })
    assert.deepEqual(
      dkim.results.map(({ status }) => status.result),
      ['pass', 'pass'],
    )
    assert.deepEqual((await verified(fields + message, zone)).author.domains, [{ domain: 'a.example', aligned: true }])
  })

  test('a domain whose keys are not published is signed for by the installation, where its own are', async (context) => {
    const { keys, publish, owner, of, signer, zone } = await world(context)
    publish(...(await of(hostname)))
    await keys.check(await owner(hostname))
    const fields = await signer().sign(toSign, 'b.example')
    assert.match(fields, /d=mx\.our\.example; s=host-20261122-rsa;/)
    assert.deepEqual(
      (await verified(fields + message, zone)).dkim.map(({ result, domain }) => [result, domain]),
      [
        ['pass', hostname],
        ['pass', hostname],
      ],
    )
    assert.match(await signer().sign(toSign, hostname), /d=mx\.our\.example;/)
  })

  test('what is handed on gets an ARC set, and signatures where it was changed', async (context) => {
    const { keys, publish, owner, of, signer, zone } = await world(context)
    publish(...(await of('b.example')))
    await keys.check(await owner('b.example'))
    const found = await verified(message, zone)
    const handing = { domain: 'b.example', found, signs: true }
    const both = await signer().seal(toSign, handing)
    const after = await verified(both + message, zone)
    assert.deepEqual([after.arc.result, after.arc.sealers, after.dkim.map(({ result }) => result)], ['pass', ['b.example'], ['pass', 'pass']])
    assert.doesNotMatch(await signer().seal(toSign, { ...handing, signs: false }), /^DKIM-/m)
    assert.doesNotMatch(await signer().seal(toSign, { ...handing, found: undefined }), /^ARC-/m)
    assert.equal(await signer().seal(toSign, { ...handing, domain: 'a.example' }), '')
  })

  test('new keys follow the old ones when the schedule says so, and the old ones leave (SPEC D6)', async (context) => {
    const { clock, database, directory, keys, publish, owner, of, told, zone } = await world(context)
    await directory.change(setSettings, 'test', { values: { 'dkim.rotate-every': '90d' } })
    const [a, first] = [await owner('a.example'), await of('a.example')]
    publish(...first)
    await keys.upkeep()
    clock.ms += 90 * dayMs
    await keys.upkeep()
    const old = ['20261122-rsa signing fine', '20261122-ed25519 signing fine']
    assert.deepEqual(await told('a.example'), ['20270220-rsa made missing', '20270220-ed25519 made missing', ...old])
    assert.deepEqual(
      (await keys.troubles()).map(({ selector }) => selector),
      ['20270220-ed25519', '20270220-rsa'],
    )
    await keys.upkeep()
    assert.equal((await of('a.example')).length, 4, 'no more of them')
    publish(...(await of('a.example')))
    await keys.check(a)
    assert.deepEqual(await told('a.example'), ['20270220-rsa published fine', '20270220-ed25519 published fine', ...old])
    clock.ms += hourMs
    await keys.upkeep()
    assert.deepEqual(await told('a.example'), [
      '20270220-rsa signing fine',
      '20270220-ed25519 signing fine',
      '20261122-rsa retired fine',
      '20261122-ed25519 retired fine',
    ])
    assert.deepEqual(await keys.troubles(), [])
    assert.deepEqual(await database.query(readSql, { sql: "SELECT selector FROM dkim_key WHERE state = 'retired' AND private_key IS NOT NULL" }), [])
    clock.ms += 14 * dayMs
    await keys.upkeep()
    assert.deepEqual((await told('a.example')).slice(2), ['20261122-rsa withdrawn fine', '20261122-ed25519 withdrawn fine'])
    for (const { selector, domain } of first) delete zone[recordName(selector, domain)]
    await keys.check(a)
    assert.equal((await of('a.example')).length, 2)
  })

  test('a record that went stops its key, and somebody is told', async (context) => {
    const { keys, publish, owner, of, told, signer, zone } = await world(context)
    publish(...(await of('a.example')))
    await keys.check(await owner('a.example'))
    zone[recordName('20261122-rsa', 'a.example')] = { TXT: ['v=DKIM1; p='] }
    await keys.check(await owner('a.example'))
    assert.deepEqual(await told('a.example'), ['20261122-rsa made different', '20261122-ed25519 signing fine'])
    assert.deepEqual(
      (await keys.troubles()).map(({ domain, selector }) => [domain, selector]),
      [['a.example', '20261122-rsa']],
    )
    assert.doesNotMatch(await signer().sign(toSign, 'a.example'), /a=rsa/)
    zone[recordName('20261122-ed25519', 'a.example')] = { fault: 'servfail' }
    await keys.check(await owner('a.example'))
    assert.deepEqual((await told('a.example')).at(-1), '20261122-ed25519 signing unknown')
  })

  test('twice on one day; and who adds a removed domain again gets other keys', async (context) => {
    const { directory, keys, owner, of } = await world(context)
    const [first] = await of('a.example')
    await keys.rotate(await owner('a.example'), 'test')
    assert.deepEqual(
      (await of('a.example')).map(({ selector }) => selector),
      ['20261122b-rsa', '20261122-rsa', '20261122b-ed25519', '20261122-ed25519'],
    )
    await directory.change(removeDomain, 'test', { name: 'a.example' })
    assert.equal(await keys.owner('a.example'), undefined)
    assert.deepEqual(
      (await keys.all()).filter(({ domain }) => domain === 'a.example'),
      [],
    )
    await keys.upkeep()
    await directory.change(addDomain, 'test', { name: 'a.example', customer: undefined })
    assert.notEqual((await of('a.example'))[0]?.publicKey, first?.publicKey)
  })

  test('private keys: sealed in the database, in no listing and no log; with another installation’s key they do not open', async (context) => {
    const { database, clock, keys, publish, owner, of, said, signer } = await world(context)
    publish(...(await of('a.example')))
    await keys.check(await owner('a.example'))
    const rows = await database.query(readSql, { sql: 'SELECT * FROM dkim_key' })
    const sealed = rows.map((row) => String(row['private_key']))
    assert.ok(
      sealed.length > 0 && sealed.every((text) => text.length > 60 && !Buffer.from(text, 'base64').includes(Buffer.from([0x06, 0x09, 0x2a, 0x86, 0x48]))),
    )
    const shown = JSON.stringify([await keys.all(), said])
    assert.ok(sealed.every((text) => !shown.includes(text)))
    const log: Log = { ...silent, error: (_message, fields) => void said.push(fields) }
    const elsewhere = new Signer({ database, vault: new KeyVault(async () => randomBytes(32)), hostname, clock, log })
    assert.equal(await elsewhere.sign(toSign, 'a.example'), '')
    assert.match(JSON.stringify(said.at(-1)), /"selector":"20261122-/)
    assert.notEqual(await signer().sign(toSign, 'a.example'), '')
  })
})
