import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { goodStanding } from '../../test/harness/standing.ts'
import type { Zone } from '../../test/harness/name-server.ts'
import { readSql } from '../../test/harness/run-sql.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import { DirectorySignIn } from '../auth/directory-sign-in.ts'
import { verifyPassword } from '../auth/password-hash.ts'
import { silent } from '../base/log.ts'
import { openSegments } from '../content/segments.ts'
import { removeAddress } from '../directory/change/addresses.ts'
import { spanOf } from '../directory/autoresponder.ts'
import { Directory } from '../directory/directory.ts'
import { answeringQuery } from '../directory/query/autoresponders.ts'
import { directoryMigrations } from '../directory/schema.ts'
import { reportIn } from '../dmarc/report-of-message.ts'
import { DmarcTally } from '../dmarc/tally.ts'
import { DmarcReports } from '../dmarc/reports.ts'
import { dmarcMigrations } from '../dmarc/schema.ts'
import { journalMigrations } from '../journal/schema.ts'
import { statisticsQuery } from '../journal/statistics/statistics.ts'
import { queueStandingQuery } from '../queue/standing.ts'
import { storageUseQuery } from '../store/storage-use.ts'
import { journalPage, type JournalSearch, searchJournal } from '../journal/search.ts'
import { type Address, formatAddress, parseAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { IndexedStore } from '../store/indexed-store.ts'
import { relayMigrations } from '../relay/schema.ts'
import { estimateStrength } from '../auth/strength/estimate.ts'
import { SecondFactors } from '../auth/web/second-factors.ts'
import { Guesses } from '../protection/guesses.ts'
import { DomainKeys } from '../signing/domain-keys.ts'
import { KeyVault } from '../signing/key-vault.ts'
import { signingMigrations } from '../signing/schema.ts'
import { QueueControl } from '../delivery/queue-control.ts'
import { textSearch } from '../store/fulltext/work.ts'
import { queueMigrations } from '../queue/schema.ts'
import { tlsReportIn } from '../tlsrpt/read-report.ts'
import { TlsReports } from '../tlsrpt/reports.ts'
import { tlsrptMigrations } from '../tlsrpt/schema.ts'
import { storeMigrations } from '../store/schema.ts'
import { verify } from '../store/verify.ts'
import type { OperationContext } from './context.ts'
import type { OperationInput, OperationName } from './contract.ts'
import { finishRemovals } from './operations/mailboxes.ts'
import { Refused } from './refused.ts'
import { webhookMigrations } from '../webhooks/schema.ts'
import { zoneMigrations } from '../zone/schema.ts'
import { ZoneWatch } from '../zone/zone-watch.ts'
import { Greylisting } from '../protection/greylisting.ts'
import { Reputation } from '../protection/reputation.ts'
import { openLocal } from '../ephemeral/local.ts'
import { runNamed, runOperation } from './run.ts'

async function office(context: TestContext, open: OpenDatabase) {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-api-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const content = await openSegments({ folder, log: silent })
  const database = await open(context, {
    migrations: [
      ...directoryMigrations,
      ...dmarcMigrations,
      ...journalMigrations,
      ...queueMigrations,
      ...relayMigrations,
      ...signingMigrations,
      ...storeMigrations,
      ...tlsrptMigrations,
      ...webhookMigrations,
      ...zoneMigrations,
    ],
    threadEntry: new URL('../../test/harness/store-thread.ts', import.meta.url),
    threadData: { contentFolder: folder },
  })
  const clock = { now: () => Date.UTC(2026, 4, 1, 12) }
  const directory = await Directory.open({ database, clock, log: silent })
  const store = await IndexedStore.open({
    content,
    database,
    texts: textSearch(content),
    clock,
    log: silent,
    quotaOf: (accountId) => directory.quotaOf(accountId),
  })
  context.after(async () => {
    await store.close()
    directory.close()
    await content.close()
  })
  const searched: JournalSearch[] = []
  const zone: Record<string, Zone[string]> = {}
  const dkim = new DomainKeys({
    database,
    directory,
    vault: new KeyVault(async () => Buffer.alloc(32, 7)),
    openDns: () => ({ ...zoneDns(zone), close() {} }),
    hostname: 'mx.example.org',
    clock,
    log: silent,
  })
  const zones = new ZoneWatch({
    ...{ database, directory, clock, keys: dkim },
    openDns: () => ({ ...zoneDns(zone), known: () => undefined, knownPtr: () => undefined, lookupUnvalidated: zoneDns(zone).lookup, close() {} }),
    installation: async () => ({
      ...{ hostName: 'mx.example.org', clientHost: 'mx.example.org', sendsFrom: [], smartHosts: [] },
      ...{ servers: [], servesHttps: true, sts: 'off', chain: [] },
    }),
  })
  const ephemeral = openLocal({ folder: join(folder, 'ephemeral'), clock, log: silent })
  const reputation = new Reputation({ ephemeral, clock, log: silent })
  const reporting = {
    ...{ database, clock, reporter: { hostName: 'mx.example.org', email: 'postmaster@mx.example.org' } },
    isOurDomain: (domain: string) => directory.isOurs(domain),
  }
  const operationContext: OperationContext = {
    principal: { kind: 'system' },
    clock,
    log: silent,
    directory,
    database,
    secondFactors: new SecondFactors({ directory, database, vault: new KeyVault(async () => Buffer.alloc(32)), clock, issuer: () => 'mx.example.org' }),
    estimateStrength: async (password, names) => estimateStrength(password, names),
    identityProviders: { seal: async () => 'sealed', probe: async () => [] },
    guesses: new Guesses(clock),
    store,
    bulk: { start: () => Promise.reject(new Error('not here')), resume: () => {}, close: async () => {} },
    webhooks: { wake: () => {} },
    vault: new KeyVault(async () => Buffer.alloc(32)),
    dkim,
    zones,
    dmarc: new DmarcReports({ ...reporting, read: async (file) => reportIn(file) }),
    tlsReports: new TlsReports({ ...reporting, read: async (file) => tlsReportIn(file) }),
    queue: new QueueControl({ store, database, clock }),
    searchJournal: (search) => searchJournal(database, search),
    journalPage(request) {
      searched.push(request.search)
      return database.query(journalPage, request)
    },
    statistics: {
      counts: (request) => database.query(statisticsQuery, request),
      queue: (of) => database.query(queueStandingQuery, of),
      storage: (of) => database.query(storageUseQuery, of),
    },
    testReasons: async () => () => undefined,
    greylist: new Greylisting({ ephemeral, maxEntries: 1000, clock, log: silent }),
    teach: async () => true,
    receivedMessage: async () => undefined,
    troubledBlocklists: () => [],
    reputation,

    askVirusCheck: async () => undefined,
    askEngines: async () => [],
    standing: async () => goodStanding,
    relays: {
      isLocalAddress: async (ip) => ip.startsWith('127.'),
      hostNames: async () => ({ status: 'none', why: 'no name', names: [] }),
      check: async () => [{ zone: 'bl.example', result: 'clean' }],
      listName: () => undefined,
    },
    letters: { sender: () => ({ name: 'Host', address: 'postmaster@mx.example.org' }), canBeDeclined: () => true, test: async () => undefined, wake: () => {} },
    verify: () => verify({ content, database }),
  }
  return {
    context: operationContext,
    zones,
    reputation,
    database,
    directory,
    store,
    searched,
    zone,
    read: (sql: string) => database.query(readSql, { sql }),
    run: <Name extends OperationName>(name: Name, input: OperationInput<Name>) => runOperation(operationContext, name, input),
    async refused(name: string, input: unknown): Promise<Refused> {
      try {
        await runNamed(operationContext, name, input)
      } catch (error) {
        assert.ok(error instanceof Refused, String(error))
        assert.notEqual(error.text.en, error.text.de)
        return error
      }
      assert.fail(`${name} was not refused`)
    },
  }
}

withEachEngine((_engine, open) => {
  test('a new mailbox has its folders and a password that opens it', async (context) => {
    const o = await office(context, open)
    assert.deepEqual(await o.run('domain.add', { domain: 'Bücher.example' }), { domain: 'xn--bcher-kva.example', customer: 'main' })
    const made = await o.run('mailbox.add', { address: 'Ann@bücher.example', quota: '4G' })
    assert.equal(made.address, 'Ann@xn--bcher-kva.example')
    assert.match(made.password ?? '', /^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
    const row = await o.directory.signInRow({ localPart: 'ann', domain: 'xn--bcher-kva.example' })
    assert.ok(await verifyPassword(row?.credentials[0]?.value ?? '', made.password ?? ''))
    const folders = await o.store.mailboxes(made.accountId as AccountId)
    assert.deepEqual(
      folders.map(({ name, specialUse, subscribed }) => [name, specialUse, subscribed]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      [
        ['Archive', '\\Archive', true],
        ['Drafts', '\\Drafts', true],
        ['INBOX', null, true],
        ['Sent', '\\Sent', true],
        ['Trash', '\\Trash', true],
        ['spam', '\\Junk', true],
        ['virus', null, true],
      ],
    )
    assert.deepEqual((await o.run('mailbox.list', {})).mailboxes, [{ address: made.address, accountId: made.accountId, quotaBytes: 4 * 1024 ** 3 }])
    const shown = await o.run('address.show', { address: made.address })
    assert.deepEqual(shown.mailbox, {
      accountId: made.accountId,
      quotaBytes: 4 * 1024 ** 3,
      hasOwnQuota: true,
      planQuotaBytes: null,
      lockedReason: null,
      sendingLockedReason: null,
      keepCopy: null,
      autoresponder: null,
      usedBytes: 0,
      messages: 0,
    })
    await o.run('mailbox.password', { address: made.address, password: 'correct horse' })
    const after = await o.directory.signInRow({ localPart: 'ann', domain: 'xn--bcher-kva.example' })
    assert.equal(after?.credentials.length, 1)
    assert.ok(await verifyPassword(after?.credentials[0]?.value ?? '', 'correct horse'))
  })

  test('a removed mailbox takes its mail along, also after a crash in between', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    const first = await o.run('mailbox.add', { address: 'ann@a.example' })
    await o.run('mailbox.remove', { address: 'ann@a.example' })
    assert.equal(await finishRemovals(o.context), 0)
    const second = await o.run('mailbox.add', { address: 'ann@a.example' })
    assert.notEqual(second.accountId, first.accountId)
    // As if the process had died before the store was asked.
    const address = parseAddress('ann@a.example')
    assert.ok(address)
    await o.directory.change(removeAddress, 'test', { address, kind: 'mailbox' })
    assert.equal(await finishRemovals(o.context), 1)
    assert.equal(await finishRemovals(o.context), 0)
    assert.deepEqual((await o.run('verify', {})).faults, [])
  })

  test('app passwords open their own mailbox, by their protocols, until they are removed', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    await o.run('mailbox.add', { address: 'ann@a.example', password: 'correct horse' })
    await o.run('mailbox.add', { address: 'bob@a.example', password: 'battery staple' })
    await o.run('list.add', { address: 'all@a.example', to: ['ann@a.example'] })
    const phone = await o.run('app-password.add', { address: 'ann@a.example', name: ' Phone ', protocols: ['imap', 'imap', 'submission'] })
    assert.deepEqual({ ...phone, password: '' }, { address: 'ann@a.example', name: 'Phone', protocols: ['imap', 'submission'], password: '' })
    const bobs = await o.run('app-password.add', { address: 'bob@a.example', name: 'phone', protocols: ['pop3'] })
    const guesses = new Guesses({ now: () => 0 })
    const signIn = await DirectorySignIn.open({ directory: o.directory, guesses, clock: o.context.clock, log: silent })
    context.after(() => signIn.close())
    const opens = async (address: string, password: string, protocol: 'imap' | 'pop3') => {
      const answer = await signIn.withPassword(address, password, { ip: '192.0.2.1', protocol, tls: true })
      return answer.signedIn === undefined ? answer.refused : 'signed in'
    }
    assert.equal(await opens('ann@a.example', phone.password, 'imap'), 'signed in')
    assert.equal(await opens('ann@a.example', phone.password.toUpperCase().replaceAll('-', ' '), 'imap'), 'signed in')
    assert.equal(await opens('ann@a.example', phone.password, 'pop3'), 'credentials')
    assert.equal(await opens('bob@a.example', phone.password, 'imap'), 'credentials')
    assert.equal(await opens('bob@a.example', bobs.password, 'pop3'), 'signed in')
    // The mailbox's own password goes on, and what it is changed to does not touch the others.
    await o.run('mailbox.password', { address: 'ann@a.example', password: 'another horse' })
    assert.equal(await opens('ann@a.example', 'another horse', 'pop3'), 'signed in')
    assert.equal(await opens('ann@a.example', phone.password, 'imap'), 'signed in')
    const listed = [{ name: 'Phone', protocols: ['imap', 'submission'], created: '2026-05-01', lastUsed: '2026-05-01' }]
    assert.deepEqual(await o.run('app-password.list', { address: 'ann@a.example' }), { appPasswords: listed })
    // Bob's has the same name: it is not his that Ann's operator removes.
    await o.run('app-password.remove', { address: 'ann@a.example', name: 'PHONE' })
    assert.equal(await opens('ann@a.example', phone.password, 'imap'), 'credentials')
    assert.equal(await opens('bob@a.example', bobs.password, 'pop3'), 'signed in')
    assert.deepEqual(await o.run('app-password.list', { address: 'ann@a.example' }), { appPasswords: [] })
    for (let index = 0; index < 50; index += 1) await o.run('app-password.add', { address: 'ann@a.example', name: `n${index}`, protocols: ['imap'] })
    for (const [name, input, code, field, en] of [
      ['app-password.add', { address: 'ann@a.example', name: 'n50', protocols: ['imap'] }, 'limit', 'address', /no more than 50 app passwords/],
      ['app-password.add', { address: 'bob@a.example', name: 'PHONE', protocols: ['imap'] }, 'exists', 'name', /already an app password PHONE/],
      ['app-password.add', { address: 'bob@a.example', name: ' ', protocols: ['imap'] }, 'input', 'name', /is no name; right would be/],
      ['app-password.add', { address: 'bob@a.example', name: 'tab\there', protocols: ['imap'] }, 'input', 'name', /is no name/],
      ['app-password.add', { address: 'bob@a.example', name: 'x', protocols: ['http'] }, 'input', 'protocols.0', /protocols/],
      ['app-password.add', { address: 'bob@a.example', name: 'x', protocols: [] }, 'input', 'protocols', /protocols/],
      ['app-password.add', { address: 'all@a.example', name: 'x', protocols: ['imap'] }, 'conflict', 'address', /is a list, not a mailbox/],
      ['app-password.remove', { address: 'bob@a.example', name: 'phon' }, 'unknown', 'name', /no app password phon; did you mean phone\?/],
      ['app-password.remove', { address: 'ann@a.example', name: 'phone' }, 'unknown', 'name', /no app password phone/],
      ['app-password.list', { address: 'all@a.example' }, 'conflict', 'address', /is a list, not a mailbox/],
    ] as const) {
      const refusal = await o.refused(name, input)
      assert.deepEqual([refusal.code, refusal.field], [code, field], name)
      assert.match(refusal.text.en, en)
    }
  })

  test('a mailbox answers while its owner is away, until it is told not to (SPEC B6)', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    const ann = (await o.run('mailbox.add', { address: 'ann@a.example' })).accountId as AccountId
    await o.run('mailbox.add', { address: 'bob@a.example' })
    await o.run('alias.add', { address: 'info@a.example', to: ['ann@a.example'] })
    await o.run('forward.add', { address: 'f@a.example', to: ['ann@a.example'] })
    const answers = async (address: string) => {
      const { found } = await o.directory.resolve(parseAddress(address) as Address)
      return found?.targets.map((target) => target.answers === true)
    }
    assert.deepEqual(await o.run('autoresponder.show', { address: 'ann@a.example' }), { autoresponder: null })
    assert.deepEqual(await answers('info@a.example'), [false])
    const days = { from: '2026-12-20', to: '2027-01-06', zone: 'Europe/Berlin' }
    const set = await o.run('autoresponder.set', { address: 'ann@a.example', text: 'away', ...days })
    assert.deepEqual(set.autoresponder, { on: true, subject: null, text: 'away', html: null, ...days, every: '7d' })
    for (const address of ['ann@a.example', 'info@a.example', 'f@a.example']) assert.deepEqual(await answers(address), [true], address)
    assert.deepEqual(await answers('bob@a.example'), [false])
    const [answering, ...others] = await o.directory.query(answeringQuery, { accountIds: [ann, 2 as AccountId] })
    assert.equal(others.length, 0)
    assert.deepEqual(answering?.addresses.map(formatAddress), ['ann@a.example', 'info@a.example'])
    assert.ok(answering)
    assert.deepEqual(spanOf(answering), { fromMs: Date.UTC(2026, 11, 19, 23), untilMs: Date.UTC(2027, 0, 6, 23) })

    for (const [lock, unlock, whom] of [
      ['address.lock-sending', 'address.unlock-sending', { address: 'ann@a.example' }],
      ['customer.lock-sending', 'customer.unlock-sending', { name: 'main' }],
    ] as const) {
      await runNamed(o.context, lock, { ...whom, reason: 'unpaid' })
      assert.deepEqual(await o.directory.query(answeringQuery, { accountIds: [ann] }), [])
      await runNamed(o.context, unlock, whom)
    }

    const again = { address: 'ann@a.example', subject: 'Away', text: 'gone', html: '<p>gone</p>', zone: 'UTC', every: '30d' }
    const { address: _address, ...words } = again
    await o.run('autoresponder.set', again)
    await o.run('autoresponder.off', { address: 'ann@a.example' })
    const shown = await o.run('autoresponder.show', { address: 'ann@a.example' })
    assert.deepEqual(shown.autoresponder, { ...words, on: false, from: null, to: null })
    assert.deepEqual(await answers('ann@a.example'), [false])
    const noted = await o.read("SELECT change, subject, detail FROM audit WHERE change LIKE 'autoresponder%' ORDER BY audit_id")
    assert.deepEqual(
      noted.map(({ change, subject, detail }) => [change, subject, (JSON.parse(String(detail)) as { zone?: string }).zone]),
      [
        ['autoresponder.set', 'ann@a.example', 'Europe/Berlin'],
        ['autoresponder.set', 'ann@a.example', 'UTC'],
        ['autoresponder.off', 'ann@a.example', undefined],
      ],
    )
    for (const [more, field, en] of [
      [{ from: '2026-02-30' }, 'from', /is no day/],
      [{ to: '6.1.2027' }, 'to', /is no day/],
      [{ from: '2026-12-20', to: '2026-12-19' }, 'to', /before 2026-12-20/],
      [{ zone: 'Europe/Berln' }, 'zone', /is no time zone/],
      [{ every: '1h' }, 'every', /is no span of time/],
      [{ subject: 'a\nBcc: x@y.example' }, 'subject', /one line/],
      [{ text: '' }, 'text', /text/],
      [{ html: '<p>\0</p>' }, 'html', /html/],
      [{ address: 'f@a.example' }, 'address', /is a forward, not a mailbox/],
      [{ address: 'eve@a.example' }, 'address', /no mailbox eve@a.example/],
    ] as const) {
      const refusal = await o.refused('autoresponder.set', { ...again, ...more })
      assert.equal(refusal.field, field)
      assert.match(refusal.text.en, en)
    }

    // Nothing of it is left for whoever has the address next.
    await o.run('pointer.remove', { address: 'info@a.example', kind: 'alias' })
    await o.run('pointer.remove', { address: 'f@a.example', kind: 'forward' })
    await o.run('mailbox.remove', { address: 'ann@a.example' })
    assert.deepEqual(await o.read('SELECT * FROM autoresponder'), [])
  })

  test('a mailbox forwards until it is told not to', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    for (const address of ['ann@a.example', 'bob@a.example']) await o.run('mailbox.add', { address })
    const forward = { address: 'ann@a.example', to: ['bob@a.example'], keepCopy: false }
    assert.deepEqual(await o.run('mailbox.forward', forward), { address: 'ann@a.example', targets: ['bob@a.example'], keepCopy: false })
    const shown = await o.run('address.show', { address: 'ann@a.example' })
    assert.deepEqual([shown.targets, shown.mailbox?.keepCopy], [['bob@a.example'], false])
    assert.equal((await o.refused('mailbox.forward', { address: 'bob@a.example', to: ['ann@a.example'], keepCopy: true })).field, 'to')
    assert.equal((await o.refused('mailbox.forward', { address: 'bob@a.example', to: ['eve@a.example'], keepCopy: true })).field, 'to')
    assert.equal((await o.refused('mailbox.forward', { address: 'eve@a.example', to: [], keepCopy: true })).field, 'address')
    await o.run('mailbox.forward', { ...forward, to: [] })
    assert.deepEqual((await o.run('address.show', { address: 'ann@a.example' })).targets, [])
  })

  test('folders are shared within a domain, with nobody else, and stay shared with whom they were', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    await o.run('domain.add', { domain: 'near.example' })
    await o.run('customer.add', { name: 'other' })
    await o.run('domain.add', { domain: 'b.example', customer: 'other' })
    for (const address of ['ann@a.example', 'bob@a.example', 'cat@near.example', 'eve@b.example']) await o.run('mailbox.add', { address })
    await o.run('forward.add', { address: 'info@a.example', to: ['bob@a.example'] })
    await o.run('alias.add', { address: 'robert@a.example', to: ['bob@a.example'] })
    const share = (other: string, folder = 'Sent') => ({ address: 'ann@a.example', folder, with: other, rights: 'read' as const })
    assert.deepEqual(await o.run('mailbox.share', { ...share('Robert@a.example'), rights: 'own' }), { ...share('bob@a.example'), rights: 'own' })
    await o.run('mailbox.share', share('bob@a.example', 'inbox'))
    const bob = (await o.run('mailbox.list', {})).mailboxes[1]?.accountId as AccountId
    assert.deepEqual(
      (await o.store.sharedWith(bob)).map(({ mailbox, rights }) => [mailbox.name, rights]),
      [
        ['INBOX', 'lr'],
        ['Sent', 'lrswipkxtea'],
      ],
    )
    for (const [name, input, code, field, en] of [
      ['mailbox.share', share('eve@b.example'), 'conflict', 'with', /not of the domain of ann@a.example/],
      ['mailbox.share', { ...share('ann@a.example'), address: 'eve@b.example' }, 'conflict', 'with', /not of the domain of eve@b.example/],
      ['mailbox.share', share('cat@near.example'), 'conflict', 'with', /within a domain only/],
      ['mailbox.share', share('ann@a.example'), 'conflict', 'with', /every right/],
      ['mailbox.share', share('info@a.example'), 'unknown', 'with', /no mailbox info@a.example/],
      ['mailbox.share', share('anyone'), 'input', 'with', /is no address/],
      ['mailbox.share', { ...share('bob@a.example'), rights: 'everything' }, 'input', 'rights', /rights/],
      ['mailbox.share', share('bob@a.example', 'Snt'), 'unknown', 'folder', /did you mean Sent\?/],
      ['mailbox.unshare', share('eve@b.example'), 'unknown', 'with', /not shared with eve@b.example/],
      ['mailbox.shares', { address: 'nobody@a.example' }, 'unknown', 'address', /no mailbox nobody@a.example/],
    ] as const) {
      const refusal = await o.refused(name, name === 'mailbox.unshare' ? { address: input.address, folder: 'Sent', with: 'eve@b.example' } : input)
      assert.deepEqual([refusal.code, refusal.field], [code, field], name)
      assert.match(refusal.text.en, en)
    }

    // Renamed: the rights go along. A new mailbox of the old name has none of them.
    await o.run('mailbox.rename', { from: 'bob@a.example', to: 'bert@a.example' })
    const fresh = await o.run('mailbox.add', { address: 'bob@a.example' })
    assert.deepEqual(await o.store.sharedWith(fresh.accountId as AccountId), [])
    const shown = async () => (await o.run('mailbox.shares', { address: 'ann@a.example' })).shares
    assert.deepEqual(await shown(), [
      { folder: 'INBOX', with: 'bert@a.example', rights: 'read', inForce: true },
      { folder: 'Sent', with: 'bert@a.example', rights: 'own', inForce: true },
    ])
    // In another domain they count for nothing, and can still be taken away.
    await o.run('mailbox.rename', { from: 'bert@a.example', to: 'bert@near.example' })
    assert.deepEqual(
      (await shown()).map(({ inForce }) => inForce),
      [false, false],
    )
    await o.run('mailbox.unshare', { address: 'ann@a.example', folder: 'Sent', with: 'bert@near.example' })
    const noted = await o.read("SELECT actor, subject, detail FROM audit WHERE change = 'mailbox.share' ORDER BY audit_id")
    assert.deepEqual(
      noted.map(({ actor, subject, detail }) => [actor, subject, JSON.parse(String(detail)) as unknown]),
      [
        ['cli', 'ann@a.example', { folder: 'Sent', with: 'bob@a.example', rights: 'lrswipkxtea' }],
        ['cli', 'ann@a.example', { folder: 'INBOX', with: 'bob@a.example', rights: 'lr' }],
        ['cli', 'ann@a.example', { folder: 'Sent', with: 'bert@near.example', rights: '' }],
      ],
    )
    // The owner is made anew: nothing of what the one before shared.
    await o.run('mailbox.remove', { address: 'ann@a.example' })
    assert.deepEqual(await o.store.sharedWith(bob), [])
    await o.run('mailbox.add', { address: 'ann@a.example' })
    assert.deepEqual(await shown(), [])
  })

  test('settings: written in their one spelling, in force at once, back to the default', async (context) => {
    const o = await office(context, open)
    assert.deepEqual(await o.run('setting.set', { values: { 'greylisting.delay': '120s', 'journal.max-size': '1024M' } }), {
      values: { 'greylisting.delay': '2m', 'journal.max-size': '1G' },
      edit: 1,
      effect: { addresses: 0, settings: [], exceeding: [] },
    })
    assert.equal(o.directory.settings['greylisting.delay'], 120_000)
    const shown = await o.run('setting.get', { key: 'greylisting.delay' })
    assert.deepEqual([shown.value, shown.default, shown.set], ['2m', '60s', true])
    assert.deepEqual(await o.run('setting.set', { values: { 'greylisting.delay': null } }), {
      values: { 'greylisting.delay': '60s' },
      edit: 2,
      effect: { addresses: 0, settings: [], exceeding: [] },
    })
    const { settings } = await o.run('setting.list', {})
    for (const row of settings) assert.ok(row.meaning.en.length > 10 && row.meaning.de.length > 10 && row.value !== '' && row.values.en !== '', row.key)
    assert.ok(settings.some((row) => row.key === 'plaintext-login' && row.value === 'never'))
  })

  test('lists: the first entry sets the mode, and what is set is told', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    await o.run('mailbox.add', { address: 'ann@a.example' })
    const change = { address: 'ann@a.example', list: 'block', add: ['B.example', '*.c.example', '192.0.2.9/24'], remove: [] } as const
    const done = await o.run('address.change-list', { ...change, add: [...change.add], remove: [] })
    assert.deepEqual([done.added, done.length, done.modeSet, done.mode], [3, 3, 'block', 'block'])
    assert.deepEqual(await o.run('address.list-entries', { address: 'ann@a.example', list: 'block' }), { entries: ['.c.example', '192.0.2.0/24', 'b.example'] })
    const waiting = await o.run('address.change-list', { address: 'ann@a.example', list: 'allow-only', add: ['d.example'], remove: [] })
    assert.deepEqual([waiting.modeSet, waiting.mode], [undefined, 'block'])
  })

  test('statistics tell what mailboxes hold and what waits, of those in reach', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    await o.run('mailbox.add', { address: 'ann@a.example', quota: '1G' })
    await o.run('mailbox.add', { address: 'bob@a.example', quota: '2G' })
    await o.run('customer.add', { name: 'shoes' })
    await o.run('domain.add', { domain: 'b.example', customer: 'shoes' })
    await o.run('mailbox.add', { address: 'eve@b.example', quota: 'none' })
    const fullness = { unlimited: 0, 'below-50': 2, 'below-80': 0, 'below-90': 0, 'below-100': 0, full: 0 }
    const storage = { mailboxes: 2, usedBytes: 0, quotaBytes: 3 * 1024 ** 3, nearlyFull: 0, fullness }
    const all = await o.run('statistics.show', {})
    assert.deepEqual(
      [all.storage, all.queue, all.step],
      [{ ...storage, mailboxes: 3, quotaBytes: null, fullness: { ...fullness, unlimited: 1 } }, { recipients: 0, oldest: null }, 'day'],
    )
    const ofDomain = await o.run('statistics.show', { domain: 'a.example', step: 'hour' })
    assert.deepEqual([ofDomain.storage, ofDomain.queue], [storage, null])
    assert.deepEqual((await o.run('statistics.show', { customer: 'main' })).storage, storage)
    assert.equal((await o.refused('statistics.show', { from: '2026-05-02', to: '2026-05-01' })).field, 'from')
  })

  test('the journal is asked for what was meant', async (context) => {
    const o = await office(context, open)
    const nothing = { entries: [], next: null, keptSince: '2026-04-01' }
    assert.deepEqual(await o.run('journal.search', { address: 'Ann@bücher.example', sender: '<>', since: '2h', id: '<a@b>' }), nothing)
    assert.deepEqual(await o.run('journal.search', { id: '0d4kx5gh3j01abcd', sender: '<bob@b.example>', result: 'spam', text: ' x@ ' }), nothing)
    assert.deepEqual(await o.run('journal.search', { text: ' 1m80kbfwv0020mfb ', check: 'lists', domain: 'A.example' }), nothing)
    const given = o.searched.map((search) => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)))
    assert.deepEqual(given, [
      { recipient: 'Ann@xn--bcher-kva.example', sender: '', sinceMs: Date.UTC(2026, 4, 1, 10), messageId: 'a@b' },
      { sender: 'bob@b.example', queueId: '0D4KX5GH3J01ABCD', result: 'spam', text: 'x@' },
      { queueId: '1M80KBFWV0020MFB', decidedBy: 'lists', domain: 'a.example' },
    ])
  })

  test('refusals name the field, what is wrong and what would be right', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    await o.run('mailbox.add', { address: 'ann@a.example' })
    await o.run('list.add', { address: 'all@a.example', to: ['ann@a.example'] })
    await o.run('plan.add', { name: 'small' })
    const cases: readonly (readonly [name: string, input: unknown, code: string, field: string | undefined, en: RegExp])[] = [
      ['domain.ad', {}, 'input', 'operation', /no operation domain\.ad/],
      ['domain.add', { domain: 'a..example' }, 'input', 'domain', /right would be a domain such as/],
      ['domain.add', { domain: 'b.example', customer: 'mian' }, 'unknown', 'customer', /no customer mian; did you mean main\?/],
      ['domain.add', { domain: 'A.example' }, 'exists', 'domain', /already a domain a\.example/],
      ['domain.remove', { domain: 'a.example' }, 'conflict', 'domain', /still has addresses: all@a\.example, ann@a\.example/],
      ['domain.add', { domian: 'b.example' }, 'input', '', /Unrecognized key: "domian"/],
      ['domain.add', { domain: 5 }, 'input', 'domain', /expected string/],
      ['mailbox.add', { address: 'ann' }, 'input', 'address', /right would be an address such as/],
      ['mailbox.add', { address: 'ann@[192.0.2.1]' }, 'input', 'address', /no address/],
      ['mailbox.add', { address: 'x@a.exmaple' }, 'unknown', 'address', /did you mean a\.example\?/],
      ['mailbox.add', { address: 'x@a.example', quota: '4 gigs' }, 'input', 'quota', /a size such as 500M, 4G or none/],
      ['mailbox.add', { address: 'x@a.example', password: 'short' }, 'input', 'password', /at least 8 characters/],
      ['mailbox.add', { address: '*@a.example' }, 'input', 'address', /right would be an alias of that name/],
      ['mailbox.password', { address: 'all@a.example' }, 'conflict', 'address', /is a list, not a mailbox/],
      ['mailbox.rename', { from: 'ann@a.example', to: 'all@a.example' }, 'exists', 'to', /already a list/],
      ['mailbox.remove', { address: 'ann@a.example' }, 'conflict', 'address', /all@a\.example would lose its target/],
      ['alias.add', { address: 'f@a.example', to: ['x@gmail.example'] }, 'conflict', 'to', /right would be a forward/],
      ['forward.add', { address: 'f@a.example', to: ['ann@a.example', 'all@a.example'] }, 'input', 'to', /exactly one target/],
      ['pointer.set', { kind: 'list', address: 'all@a.example', add: ['all@a.example'], remove: [] }, 'conflict', 'to', /leads back/],
      ['pointer.set', { kind: 'list', address: 'all@a.example', add: [], remove: ['ann@a.example'] }, 'conflict', 'address', /no target left/],
      ['address.set', { address: 'all@a.example', values: { greylisting: 'off' } }, 'conflict', 'values', /cannot be switched off for the distribution list/],
      ['address.set', { address: 'ann@a.example', values: { 'spam-levl': 'off' } }, 'input', 'values.spam-levl', /did you mean spam-level\?/],
      ['address.set', { address: 'ann@a.example', values: { 'spam-level': 'hihg' } }, 'input', 'values.spam-level', /did you mean high\?/],
      ['address.set', { address: 'ann@a.example', values: { 'list-mode': 'allow-only' } }, 'conflict', 'values', /nobody stands on the list/],
      ['address.set', { address: 'anm@a.example', values: { 'spam-level': 'off' } }, 'unknown', 'address', /did you mean ann@a\.example\?/],
      ['address.change-list', { address: 'ann@a.example', list: 'block', add: ['a b'], remove: [] }, 'input', 'add', /"a b" is no entry/],
      ['setting.set', { values: { 'list-mode': 'allow-only' } }, 'conflict', 'values.list-mode', /cannot be the default/],
      ['setting.set', { values: { 'greylisting.delay': '60' } }, 'input', 'values.greylisting.delay', /such as 500ms, 60s/],
      ['setting.set', { values: { 'postmaster.address': 'x@b.example' } }, 'unknown', 'values.postmaster.address', /no address x@b\.example here/],
      ['setting.get', { key: 'greylist.delay' }, 'input', 'values.greylist.delay', /did you mean greylisting\.delay\?/],
      ['plan.add', { name: 'big', messageSize: '1K' }, 'input', 'messageSize', /from 64K/],
      ['plan.set', { name: 'standart' }, 'unknown', 'name', /did you mean standard\?/],
      ['plan.add', { name: 'big', storage: '1G', values: { 'list-mode': 'allow-only' } }, 'conflict', 'values.list-mode', /cannot be the default/],
      ['plan.set', { name: 'standard', storage: '1G', values: { 'list-mode': 'allow-only' } }, 'conflict', 'values.list-mode', /cannot be the default/],
      ['customer.set', { name: 'main', plan: 'small', values: { 'list-mode': 'allow-only' } }, 'conflict', 'values.list-mode', /cannot be the default/],
      ['domain.set', { domain: 'a.example', values: { 'list-mode': 'allow-only' } }, 'conflict', 'values.list-mode', /cannot be the default/],
      ['journal.search', { since: 'yesterday' }, 'input', 'since', /2h, 3d, 2026-05-01/],
    ]
    for (const [name, input, code, field, en] of cases) {
      const refused = await o.refused(name, input)
      assert.deepEqual([refused.code, refused.field], [code, field], `${name} ${JSON.stringify(input)}`)
      assert.match(refused.text.en, en, name)
    }
    assert.equal((await o.run('mailbox.list', {})).mailboxes.length, 1)
    // A part of what was refused has not been done either.
    const { plans } = await o.run('plan.list', {})
    assert.deepEqual(
      plans.map(({ name, customers, storageBytes }) => [name, customers, storageBytes]),
      [
        ['small', 0, null],
        ['standard', 1, null],
      ],
    )
  })

  test('DMARC reports: what came in, what is told of it, and what others tell of us', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    const tally = new DmarcTally({ database: o.database, clock: o.context.clock, log: silent })
    const policy = {
      domain: 'b.example',
      dkimAlignment: 'relaxed',
      spfAlignment: 'relaxed',
      policy: 'reject',
      subdomainPolicy: 'reject',
      absentPolicy: undefined,
      testing: false,
    } as const
    const row = {
      sourceIp: '192.0.2.1',
      disposition: 'pass',
      dkim: true,
      spf: false,
      headerFrom: 'b.example',
      envelopeFrom: undefined,
      dkimResults: [],
      spfResult: undefined,
    } as const
    tally.note({ policy, reportTo: ['mailto:d@b.example'], row })
    await tally.flush()
    assert.deepEqual(await o.run('dmarc.seen', {}), { domains: [{ domain: 'b.example', messages: 1, passed: 1, quarantined: 0, rejected: 0 }] })
    assert.deepEqual(await o.run('dmarc.report', { domain: 'b.example' }), { report: undefined }, 'yesterday nothing came')
    const { report } = await o.run('dmarc.report', { domain: 'B.example', day: '2026-05-01' })
    assert.deepEqual([report?.fileName, report?.to], ['mx.example.org!b.example!1777593600!1777679999.xml.gz', ['mailto:d@b.example']])
    const ofOthers = (report?.xml ?? '').replaceAll('b.example', 'sub.a.example').replace('mx.example.org<', 'big.example<')
    const file = Buffer.from(ofOthers).toString('base64')
    assert.deepEqual((await o.run('dmarc.read', { file })).isNew, true)
    assert.deepEqual((await o.run('dmarc.read', { file })).isNew, false)
    const { reports } = await o.run('dmarc.reports', { domain: 'sub.a.example' })
    assert.deepEqual(
      reports.map(({ reporter, begin, end, provenSender, rows }) => [reporter, begin, end, provenSender, rows[0]?.count]),
      [['big.example', '2026-05-01T00:00:00.000Z', '2026-05-01T23:59:59.000Z', undefined, 1]],
    )
    assert.deepEqual(await o.run('dmarc.reports', { domain: 'b.example' }), { reports: [] })
    const foreign = Buffer.from(report?.xml ?? '').toString('base64')
    assert.match((await o.refused('dmarc.read', { file: foreign })).text.en, /b\.example, which is no domain of this installation/)
    assert.match((await o.refused('dmarc.read', { file: '' })).text.en, /no DMARC report/)
    assert.match((await o.refused('dmarc.report', { domain: 'b.example', day: '2026-13-01' })).text.en, /"2026-13-01" is no day/)
  })

  test('DKIM keys: records to publish, what is published, new ones (SPEC D6)', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    const { records } = await o.run('dkim.records', { domain: 'A.example' })
    assert.deepEqual(
      records.map(({ name, type, wanted, seen }) => [name, type, wanted, seen]),
      [
        ['20260501-rsa._domainkey.a.example', 'TXT', true, 'unchecked'],
        ['20260501-ed25519._domainkey.a.example', 'TXT', true, 'unchecked'],
      ],
    )
    assert.match(records[1]?.value ?? '', /^v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=$/)
    for (const { name, strings, value } of records) {
      assert.ok(strings.every(({ length }) => length <= 255) && strings.join('') === value)
      o.zone[name] = { TXT: [strings] }
    }
    const { keys } = await o.run('dkim.check', { domain: 'a.example' })
    assert.deepEqual(
      keys.map(({ state, seen, checked }) => [state, seen, checked]),
      [1, 2].map(() => ['signing', 'fine', '2026-05-01T12:00:00.000Z']),
    )
    assert.deepEqual((await o.run('dkim.list', {})).keys, keys)
    assert.deepEqual((await o.run('health', {})).problems, [])
    assert.equal((await o.run('dkim.rotate', { domain: 'a.example' })).records.length, 4)
    assert.match((await o.run('health', {})).problems[0]?.meaning.en ?? '', /a new key of a\.example waits for its DNS record \(20260501b-ed25519\)/)
    assert.deepEqual(await o.read("SELECT change, subject, detail FROM audit WHERE change = 'domain.rotate-keys'"), [
      { change: 'domain.rotate-keys', subject: 'a.example', detail: '{"selectors":["20260501b-rsa","20260501b-ed25519"]}' },
    ])
    assert.match((await o.refused('dkim.records', { domain: 'b.example' })).text.en, /b\.example is neither a domain of this installation nor its own name/)
    assert.match((await o.run('dkim.records', { domain: 'mx.example.org' })).records[0]?.name ?? '', /^host-20260501-rsa\._domainkey\.mx\.example\.org$/)
  })

  test('a password is only looked at: whether it would be taken, and why not, in both languages', async (context) => {
    const o = await office(context, open)
    const weak = await o.run('password.check', { password: '1985annabella', name: 'annabella@a.example' })
    assert.deepEqual([weak.good, weak.leaked, weak.reasons.map(({ code }) => code)], [false, null, ['own-name', 'date']])
    assert.match(weak.reasons[0]?.meaning.de ?? '', /es enthält den Namen oder die Adresse/)
    assert.match(weak.better?.en ?? '', /several words/)
    assert.deepEqual(await o.run('password.check', { password: 'cranes in the fog' }), { good: true, score: 4, leaked: null, reasons: [], better: null })
    assert.deepEqual((await o.run('password.check', { password: 'short' })).better, weak.better)
    // What is said where one is set names the same reasons.
    await o.run('domain.add', { domain: 'a.example' })
    const refused = await o.refused('mailbox.add', { address: 'annabella@a.example', password: '1985annabella' })
    assert.match(refused.text.de, /leicht zu erraten: es enthält den Namen[^]*eine Jahreszahl; besser: mehrere Wörter/)
    await o.run('setting.set', { values: { 'password.min-score': '0' } })
    assert.equal((await o.run('password.check', { password: 'passwort1' })).good, true)
  })

  test('the DNS of a domain: what should be there, what is, and the last look is remembered', async (context) => {
    const o = await office(context, open)
    await o.run('domain.add', { domain: 'a.example' })
    const old = await o.run('domain.dns', { domain: 'A.example' })
    assert.match((await o.run('health', {})).problems.find(({ name }) => name === 'dns')?.meaning.de ?? '', /im DNS stimmt etwas nicht bei a\.example$/)
    assert.deepEqual([old.state, old.destination, old.checked], ['error', 'nowhere', '2026-05-01T12:00:00.000Z'])
    assert.match(old.next.de, /Setzen Sie den MX-Eintrag auf mx\.example\.org/)
    const mx = old.parts.find(({ part }) => part === 'mx')
    assert.deepEqual(mx?.wanted, [
      { name: 'a.example', type: 'MX', value: '10 mx.example.org.', line: 'a.example. 3600 IN MX 10 mx.example.org.', there: false },
    ])

    o.zone['mx.example.org'] = { A: ['192.0.2.1'] }
    o.zone['mx.old.example'] = { A: ['192.0.2.7'] }
    o.zone['a.example'] = {
      MX: [
        [10, 'mx.example.org'],
        [20, 'mx.old.example'],
      ],
    }
    assert.deepEqual((await o.run('domain.dns', { domain: 'a.example' })).others, ['mx.old.example'])
    const states = async (input: OperationInput<'domain.dns-states'>) => (await o.run('domain.dns-states', input)).domains
    assert.deepEqual(await states({}), [{ domain: 'a.example', state: 'warning', destination: 'both', checked: '2026-05-01T12:00:00.000Z' }])
    assert.deepEqual([await states({ state: 'error' }), await states({ after: 'a.example' })], [[], []])
    assert.match((await o.refused('domain.dns', { domain: 'a.exampel' })).text.en, /there is no domain a\.exampel; did you mean a\.example\?/)
  })

  test('customers add domains that are theirs: a record in the DNS shows it, to this customer alone (setting domain.self-service)', async (context) => {
    const o = await office(context, open)
    for (const name of ['books', 'tools']) await o.run('customer.add', { name })
    const by = (customerId: number): OperationContext => ({
      ...o.context,
      principal: { kind: 'person', personId: 1, name: 'ann@b.example', customerId, role: 'manager' },
    })
    const add = (customerId: number) => runOperation(by(customerId), 'domain.add', { domain: 'b.example' })
    const proof = await runOperation(by(1), 'domain.proof', { domain: 'B.example' })
    assert.deepEqual([proof.name, proof.type, proof.there, proof.wanted], ['_posthorn.b.example', 'TXT', false, true])
    await assert.rejects(add(1), (refusal) => refusal instanceof Refused && refusal.code === 'conflict' && refusal.text.en.includes(proof.line))

    o.zone[proof.name] = { TXT: ['something else', proof.value] }
    assert.equal((await runOperation(by(1), 'domain.proof', { domain: 'b.example' })).there, true)
    await assert.rejects(add(2), (refusal) => refusal instanceof Refused && refusal.code === 'conflict')
    assert.deepEqual(await add(1), { domain: 'b.example', customer: 'books' })

    await o.run('setting.set', { values: { 'domain.self-service': 'never' } })
    await assert.rejects(runOperation(by(1), 'domain.add', { domain: 'c.example' }), (refusal) => refusal instanceof Refused && refusal.code === 'forbidden')
    await o.run('setting.set', { values: { 'domain.self-service': 'always' } })
    assert.deepEqual(await runOperation(by(2), 'domain.add', { domain: 'c.example' }), { domain: 'c.example', customer: 'tools' })
    assert.equal((await runOperation(by(2), 'domain.proof', { domain: 'd.example' })).wanted, false)
  })

  test('a customer sees its own zones and changes, and not which operator it was', async (context) => {
    const o = await office(context, open)
    for (const customer of ['acme', 'bert']) await o.run('customer.add', { name: customer })
    await o.run('domain.add', { domain: 'a.example', customer: 'acme' })
    await o.run('domain.add', { domain: 'b.example', customer: 'bert' })
    for (const domain of ['a.example', 'b.example']) await o.run('domain.dns', { domain })
    const principal = { kind: 'person', personId: 1, name: 'ann@a.example', customerId: 1, role: 'read-only' } as const
    const asAnn = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => runOperation({ ...o.context, principal }, name, input)
    assert.deepEqual(
      (await asAnn('domain.dns-states', {})).domains.map(({ domain }) => domain),
      ['a.example'],
    )
    await assert.rejects(asAnn('domain.dns', { domain: 'b.example' }), /there is no domain b\.example/)
    const { entries, next } = await asAnn('audit.list', { limit: 1 })
    assert.deepEqual(
      entries.map(({ actor, change, subject, customer }) => [actor, change, subject, customer]),
      [['operator', 'domain.add', 'a.example', 'acme']],
    )
    const rest = await asAnn('audit.list', { before: next ?? 0 })
    assert.deepEqual([rest.entries.map(({ change }) => change), rest.next], [['customer.add'], null])
    await assert.rejects(asAnn('audit.list', { customer: 'bert' }), /there is no customer bert/)
    assert.deepEqual((await asAnn('audit.list', { subject: 'b.example' })).entries, [])
    await assert.rejects(asAnn('audit.verify', {}), /you may not do that/)
    assert.equal((await o.run('audit.verify', {})).broken, null)
  })

  test('domains are looked at by themselves, and forgotten with their removal', async (context) => {
    const o = await office(context, open)
    const never = new AbortController().signal
    for (const domain of ['a.example', 'b.example']) await o.run('domain.add', { domain })
    const known = async () => (await o.run('domain.dns-states', {})).domains.map(({ domain }) => domain)
    assert.deepEqual([await o.zones.upkeep(never), await known()], [false, ['a.example', 'b.example']])
    await o.run('domain.remove', { domain: 'a.example' })
    await o.run('domain.add', { domain: 'c.example' })
    await o.run('setting.set', { values: { 'dns.check-every': '0' } })
    assert.deepEqual([await o.zones.upkeep(never), await known()], [false, ['b.example']])
    await o.run('setting.set', { values: { 'dns.check-every': '1h' } })
    assert.deepEqual([await o.zones.upkeep(never), await known()], [false, ['b.example', 'c.example']])
    assert.deepEqual(await o.read('SELECT COUNT(*) AS rows FROM zone_check'), [{ rows: 2 }])
  })

  test('what was seen of senders, by IP address or domain', async (t) => {
    const o = await office(t, open)
    const shown = async (of: string) => (await o.run('reputation.show', { of })).standings.map(({ kind, name, bad, good }) => `${kind} ${name} ${bad} ${good}`)
    assert.deepEqual(await shown('192.0.2.1'), ['address 192.0.2.1 0 0', 'network 192.0.2.0/24 0 0'])
    await o.reputation.note({ ip: '192.0.2.1', domains: ['mail.b.example'] }, 'bad')
    assert.deepEqual(await shown('192.0.2.1'), ['address 192.0.2.1 1 0', 'network 192.0.2.0/24 1 0'])
    assert.deepEqual(await shown('b.example'), ['domain b.example 1 0'])
    await o.run('reputation.forget', { of: 'www.b.example' })
    assert.deepEqual(await shown('b.example'), ['domain b.example 0 0'])
    assert.deepEqual(await shown('192.0.2.1'), ['address 192.0.2.1 1 0', 'network 192.0.2.0/24 1 0'])
    assert.match((await o.refused('reputation.show', { of: '192.0.2.999' })).text.en, /192\.0\.2\.999/)
  })
})
