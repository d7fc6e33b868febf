import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { runProgram } from '../../test/harness/program.ts'
import { listenControl } from '../app/control.ts'
import { operationContext } from '../app/installation.ts'
import { takeLock } from '../app/lock.ts'
import { openParts } from '../app/open.ts'
import { silent } from '../base/log.ts'
import { loadConfig } from '../config/load.ts'
import { languageOf } from './language.ts'
import { type Ran, run } from '../../test/harness/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-cli-'))
after(() => rmSync(folder, { recursive: true }))

describe('through the control socket', () => {
  const data = join(folder, 'served')
  const closers: (() => Promise<void> | void)[] = []

  /** `posthorn LINE --data …`; words are separated by spaces. */
  function posthorn(line: string, options: Parameters<typeof run>[1] = {}): Promise<Ran> {
    return run([...line.split(' '), '--data', data], options)
  }

  async function json(line: string): Promise<unknown> {
    const { code, out, err } = await posthorn(`${line} --json`)
    assert.deepEqual([code, err], [0, ''], line)
    return JSON.parse(out)
  }

  before(async () => {
    const config = loadConfig({ data })
    const lock = takeLock(data)
    const parts = await openParts({ config, log: silent })
    const control = await listenControl({ path: join(data, 'control.sock'), context: operationContext(parts, silent), log: silent })
    closers.push(
      () => control.close(),
      () => parts.close(),
      () => lock.release(),
    )
  })
  after(async () => {
    for (const close of closers) await close()
  })

  test('the socket is for its owner only, and goes with the server', () => {
    assert.equal(statSync(join(data, 'control.sock')).mode & 0o777, 0o600)
  })

  test('a domain, mailboxes, forwards, lists and aliases', async () => {
    assert.deepEqual(await posthorn('domain add a.example'), { code: 0, out: 'domain a.example of customer main added\n', err: '' })
    const made = await posthorn('mailbox add ann@a.example --password-stdin --quota 4G', { input: 'correct horse\nnot this\n' })
    assert.deepEqual(made, { code: 0, out: 'mailbox ann@a.example added\n', err: '' })
    const { password, ...bob } = (await json('mailbox add bob@a.example')) as Record<string, unknown>
    assert.deepEqual(bob, { address: 'bob@a.example', accountId: 2 })
    assert.match(String(password), /^[a-z0-9-]{23}$/)
    assert.equal((await posthorn('forward add office@a.example --to ann@a.example')).out, 'office@a.example → ann@a.example\n')
    assert.equal((await posthorn('list add all@a.example --to ann@a.example --to bob@a.example')).out, 'all@a.example → ann@a.example, bob@a.example\n')
    assert.equal((await posthorn('alias add *@a.example --to bob@a.example')).code, 0)
    assert.deepEqual(await json('list list'), [{ address: 'all@a.example', kind: 'list', targets: ['ann@a.example', 'bob@a.example'] }])
    assert.equal(
      (await posthorn('list set all@a.example --remove bob@a.example --to office@a.example')).out,
      'all@a.example → ann@a.example, office@a.example\n',
    )
    assert.deepEqual(await json('domain list'), [{ domain: 'a.example', customer: 'main', addresses: 5, values: {}, template: null }])
    assert.deepEqual(await json('mailbox list'), [
      { address: 'ann@a.example', accountId: 1, quotaBytes: 4 * 1024 ** 3 },
      { address: 'bob@a.example', accountId: 2, quotaBytes: null },
    ])
    assert.equal((await posthorn('mailbox list')).out, 'address        quota\nann@a.example  4G\nbob@a.example  no limit\n')
  })

  test('an autoresponder: set from standard input or a file, shown, switched off', async () => {
    const shown = 'autoresponder of ann@a.example: on from 2026-12-20 to 2027-01-06 (Europe/Berlin), nobody twice within 7d\n'
    const days = '--from 2026-12-20 --to 2027-01-06 --zone Europe/Berlin'
    const set = await posthorn(`autoresponder set ann@a.example --subject Away ${days}`, { input: 'Back in January.\n' })
    assert.deepEqual(set, { code: 0, out: shown, err: '' })
    assert.equal((await posthorn('autoresponder show ann@a.example')).out, `${shown}subject: Away\n\nBack in January.\n`)
    const file = join(folder, 'away.html')
    writeFileSync(file, '<p>Away</p>')
    const again = await posthorn(`autoresponder set ann@a.example --text-file - --html-file ${file} --zone UTC --every 30d`, {
      input: 'Weg.\n',
      language: 'de',
    })
    assert.deepEqual(again, { code: 0, out: 'Abwesenheitsantwort von ann@a.example: an, niemandem zweimal innerhalb von 30d\n', err: '' })
    const off = await posthorn('autoresponder off ann@a.example')
    assert.deepEqual(off, { code: 0, out: 'autoresponder of ann@a.example: off\n', err: '' })
    assert.deepEqual(await json('autoresponder show ann@a.example'), {
      ...{ on: false, subject: null, text: 'Weg.', html: '<p>Away</p>', from: null, to: null, zone: 'UTC', every: '30d' },
    })
    assert.equal((await posthorn('autoresponder show bob@a.example')).out, 'autoresponder of bob@a.example: off\n')
  })

  test('app passwords: made and shown once, listed, removed', async () => {
    const made = await posthorn('mailbox app-password add ann@a.example --name phone --protocol imap --protocol POP3')
    assert.match(
      made.out,
      /^app password phone of ann@a\.example made, for imap, pop3\npassword of phone: [a-z0-9]{5}(-[a-z0-9]{5}){3}\n\(shown this once\)\n$/i,
    )
    const listed = await posthorn('mailbox app-password list ann@a.example', { language: 'de' })
    assert.match(listed.out, /^Name +Protokolle +gemacht +zuletzt benutzt\nphone +imap, pop3 +\d{4}-\d\d-\d\d +nie\n$/)
    assert.equal((await posthorn('mailbox app-password remove ann@a.example phone')).out, 'app password phone of ann@a.example removed\n')
    assert.deepEqual(await json('mailbox app-password list ann@a.example'), [])
  })

  test('a folder is shared, listed, and shared no more', async () => {
    assert.equal((await posthorn('mailbox share ann@a.example Sent --with bob@a.example')).out, 'Sent of ann@a.example shared with bob@a.example: read\n')
    assert.equal((await posthorn('mailbox share ann@a.example INBOX --with bob@a.example --rights write')).code, 0)
    assert.deepEqual(await json('mailbox shares ann@a.example'), [
      { folder: 'INBOX', with: 'bob@a.example', rights: 'write', inForce: true },
      { folder: 'Sent', with: 'bob@a.example', rights: 'read', inForce: true },
    ])
    assert.equal(
      (await posthorn('mailbox shares ann@a.example', { language: 'de' })).out,
      'Ordner  geteilt mit    Rechte\nINBOX   bob@a.example  schreiben\nSent    bob@a.example  lesen\n',
    )
    assert.equal(
      (await posthorn('mailbox unshare ann@a.example Sent --with bob@a.example')).out,
      'Sent of ann@a.example not shared with bob@a.example any more\n',
    )
    assert.equal((await posthorn('mailbox unshare ann@a.example Sent --with bob@a.example')).code, 1)
    assert.equal((await posthorn('mailbox share ann@a.example Sent --with bob@a.example --rights all')).code, 2)
    await posthorn('mailbox unshare ann@a.example INBOX --with bob@a.example')
  })

  test('an address: show, set, inherit again', async () => {
    assert.equal((await posthorn('address set ann@a.example spam-level=high greylisting=off')).out, 'ann@a.example: spam-level=high greylisting=off\n')
    const shown = (await json('address show ann@a.example')) as { settings: Record<string, unknown> }
    assert.deepEqual(shown.settings['spam-level'], { value: 'high', from: 'address', otherwise: { value: 'medium', from: 'installation' } })
    assert.deepEqual(shown.settings['reverse-lookup'], { value: 'on', from: 'installation' })
    await posthorn('address set ann@a.example spam-level=inherit greylisting=inherit')
    const words = await posthorn('address show ann@a.example', { language: 'de' })
    assert.match(words.out, /^ann@a\.example: Postfach, Kunde main, Tarif standard\nbelegt 0 B, erlaubt 4G; 0 Nachrichten\n\n/)
    assert.match(words.out, /\nspam-level +medium +Vorgabe\n/)
  })

  test('the three lists: first entry, import, export, remove', async () => {
    const file = join(folder, 'list.txt')
    writeFileSync(file, '# from the old host\nB.example\n\n*.c.example  # with subdomains\n')
    const first = await posthorn(`address block ann@a.example --import ${file}`)
    assert.equal(first.out, 'ann@a.example, block: 2 added, 0 removed, 2 in all\n')
    assert.equal(first.err, 'list-mode=block is in force from now on, as this was the first entry\n')
    assert.equal((await posthorn('address block ann@a.example --export')).out, '.c.example\nb.example\n')
    assert.equal((await posthorn('address block ann@a.example b.example --remove')).out, 'ann@a.example, block: 0 added, 1 removed, 1 in all\n')
    const waiting = await posthorn('address allow-only ann@a.example d.example')
    assert.match(waiting.err, /list-mode is block: this list has no effect/)
    assert.deepEqual(await json('address let-through ann@a.example --export'), [])
  })

  test('settings, plans, customers, operators', async () => {
    assert.equal((await posthorn('setting set greylisting.delay=5m journal.days=90')).out, 'greylisting.delay=5m\njournal.days=90\n')
    assert.match((await posthorn('setting get greylisting.delay')).out, /^greylisting\.delay=5m\n.*\n {2}default: 60s\n/)
    assert.equal((await posthorn('setting set greylisting.delay=default')).out, 'greylisting.delay=60s\n')
    assert.match((await posthorn('setting list')).out, /\njournal\.days +90 \(default: 30\)/)
    assert.equal((await posthorn('plan add big --storage 20G --message-size 200M spam-level=high')).code, 0)
    assert.equal((await posthorn('plan set big --mailboxes 5')).code, 0)
    const plans = (await json('plan list')) as Record<string, unknown>[]
    assert.deepEqual(plans[0], {
      name: 'big',
      customers: 0,
      storageBytes: 20 * 1024 ** 3,
      maxMessageBytes: 200 * 1024 ** 2,
      maxMailboxes: 5,
      maxAddresses: null,
      maxDomains: null,
      features: ['forwarding-elsewhere', 'lists', 'autoresponder', 'catch-all', 'app-passwords', 'api'],
    })
    assert.equal((await posthorn('customer add books --plan big')).code, 0)
    assert.equal((await posthorn('domain add b.example')).code, 2, 'which customer?')
    assert.equal((await posthorn('domain add b.example --customer books')).code, 0)
    assert.equal((await posthorn('operator add anna --mailbox ann@a.example --password-stdin', { input: 'correct horse' })).code, 0)
    assert.deepEqual(await json('operator list'), [{ name: 'anna', mailbox: 'ann@a.example' }])
  })

  test('a template reaches who has it, and an edit is taken back', async () => {
    assert.equal((await posthorn('template add strict spam-level=high')).out, 'template strict added\n')
    const preview = await posthorn('domain set a.example --template strict --preview')
    assert.match(preview.out, /^nothing was changed:\n\d addresses would have another value\n {2}spam-level: medium → high: \d\n {2}.*ann@a\.example, /)
    assert.equal(preview.err, '')
    assert.match(
      (await posthorn('setting set spam-level=low --preview', { language: 'de' })).out,
      /^nichts wurde geändert:\nfür \d Adressen würde etwas anderes gelten\n/,
    )
    const given = await posthorn('domain set a.example --template strict')
    assert.match(given.out, /^domain a\.example changed\n\d addresses have another value now\n/)
    const undo = /^to take it back: posthorn (edit undo \d+)\n$/.exec(given.err)?.[1] ?? ''
    assert.match((await posthorn('address show ann@a.example')).out, /\nspam-level +high +template strict\n/)
    assert.match((await posthorn('template set strict spam-level=low')).err, /edit undo/)
    assert.match((await posthorn('template list', { language: 'de' })).out, /\nstrict +\(alle\) +1 +0 +spam-level=low\n/)
    assert.equal((await posthorn('template show strict')).out, 'strict (everybody)\nspam-level=low\n\n@a.example\n')
    assert.match((await posthorn('edit list')).out, /\n\d+ +\S+Z +cli +domain\.set +a\.example +1\n/)
    assert.match((await posthorn(undo.replace('undo', 'show'))).out, /\na\.example +template +inherits +strict\n$/)
    assert.match((await posthorn(`${undo} --preview`)).out, /5 addresses would have another value\n {2}spam-level: low → medium: 5\n/)
    assert.match((await posthorn(undo)).out, /^edit \d+ undone \(one value\)\n5 addresses have another value now\n/)
    assert.equal((await posthorn(undo)).code, 1)
    assert.equal((await posthorn('template set strict spam-level=low')).err, 'all of it was so already; nothing was changed\n')
    assert.match((await posthorn('template show strict')).out, /\nnobody has it\n$/)
    const many = await posthorn('template assign strict ann@a.example nobody@a.example')
    assert.match(
      many.out,
      /^1 of 1 addresses changed\none address has another value now\n {2}spam-level: medium → low: 1\n {2}ann@a\.example\nnobody@a\.example: there is no such address\n$/,
    )
    assert.match((await posthorn('template show strict')).out, /\nann@a\.example\n$/)
    assert.match(
      (await posthorn('address set-many --with-template strict --template none --preview', { language: 'de' })).out,
      /^nichts wurde geändert:\neine Adresse ist gemeint\n/,
    )
    assert.match((await posthorn('template unassign strict ann@a.example')).out, /^1 of 1 addresses changed\n/)
    assert.match((await posthorn('address set-many spam-level=low')).err, /say which addresses/)
    assert.equal((await posthorn('template remove strict')).code, 0)
  })

  test('journal: nothing found is 1; verify: all agree is 0', async () => {
    assert.deepEqual(await posthorn('journal --address ann@a.example --since 2h'), { code: 1, out: '', err: 'nothing found\n' })
    assert.deepEqual(await posthorn('journal --json'), { code: 1, out: '[]\n', err: '' })
    assert.match((await posthorn('verify')).out, /^\d+ records, 0 messages of 2 mailboxes: all agree\n$/)
  })

  for (const [line, code, en, de] of [
    ['', 2, undefined, undefined],
    ['domain', 2, /^Usage: posthorn domain .*\n[^]* add .* add a domain\n/, /^Aufruf: posthorn domain/],
    ['mailbx', 2, /no command "mailbx"; did you mean "mailbox"\?/, /gemeint „mailbox“\?/],
    ['mailbox ad x', 2, /no command "ad"; did you mean "add"\?\nposthorn: "posthorn mailbox --help"/, /„posthorn mailbox --help“/],
    ['mailbox add', 2, /address is missing/, /address fehlt/],
    ['mailbox add x y', 2, /too many arguments/, /zu viele Argumente/],
    ['mailbox add x --quta 1G', 2, /unknown option --quta; did you mean --quota\?/, /gemeint --quota\?/],
    ['mailbox add x --quota', 2, /--quota <size> wants a value/, /braucht einen Wert/],
    ['forward add f@a.example', 2, /--to <address> is needed/, /--to <address> ist nötig/],
    ['address set ann@a.example', 2, /right would be KEY=VALUE/, /SCHLÜSSEL=WERT/],
    ['address set ann@a.example spam-level', 2, /"spam-level" is not KEY=VALUE/, /ist nicht SCHLÜSSEL=WERT/],
    ['address set greylisting=off', 2, /the address is missing before greylisting=off/, /vor greylisting=off fehlt die Adresse/],
    ['address set ann@a.example greylisting=no', 2, /not a value of this setting; right would be on or off/, /richtig wäre on oder off/],
    ['mailbox list --domain a.exmaple', 1, /no domain a\.exmaple; did you mean a\.example\?/, /Die Domain a\.exmaple ist nicht da; gemeint a\.example\?/],
    ['domain set a.example list-mode=allow-only', 1, /allow-only cannot be the default/, /kann nicht die Vorgabe sein/],
    ['template add t messages-per-hour=5', 2, /cannot be in a template of protection/, /kann nicht in einer Vorlage für den Schutz stehen/],
    ['template set nobodys spam-level=low', 1, /no template nobodys/, /Die Vorlage nobodys ist nicht da/],
    ['edit undo 999', 1, /no edit 999/, /Die Änderung 999 ist nicht da/],
    ['edit undo last', 2, /not the number of an edit/, /keine Nummer einer Änderung/],
    ['plan set big --features list', 2, /no feature list; right would be all, none, or of/, /eine Funktion list gibt es nicht/],
    ['address set ann@a.example spam-level=hihg', 2, /did you mean high/, /gemeint high/],
    ['address block ann@a.example', 2, /give entries, --import FILE or --export/, /Einträge nennen/],
    ['address block ann@a.example --import /nowhere', 2, /\/nowhere cannot be read/, /kann nicht gelesen werden/],
    ['journal --limit 0', 2, /not a whole number from 1 to 10000/, /keine ganze Zahl von 1 bis 10000/],
    ['mailbox remove ann@a.example', 2, /--yes removes without asking/, /--yes löscht/],
    ['mailbox password ann@a.example --password-stdin', 2, /no password on standard input/, /kein Passwort/],
    ['mailbox app-password add ann@a.example', 2, /--name <name> is needed/, /--name <name> ist nötig/],
    ['mailbox app-password add ann@a.example --name x --protocol web', 2, /"web" is nothing .* right would be imap, pop3/, /„web“ .* richtig wäre imap, pop3/],
    ['mailbox app-password remove ann@a.example x', 1, /no app password x/, /Das App-Passwort x ist nicht da/],
    ['address set all@a.example greylisting=off', 1, /cannot be switched off/, /nicht abschalten/],
    ['alias add f@a.example --to x@b.invalid', 1, /right would be a forward/, /richtig wäre eine Weiterleitung/],
    ['autoresponder set ann@a.example', 2, /the text is empty/, /der Text ist leer/],
    ['autoresponder set ann@a.example --text-file /nowhere', 2, /\/nowhere cannot be read/, /\/nowhere/],
    ['autoresponder off office@a.example', 1, /is a forward, not a mailbox/, /Weiterleitung/],
    ['mailbox forward ann@a.example', 2, /--to/, /--to/],
    ['mailbox forward ann@a.example --off --to bob@a.example', 2, /--off/, /--off/],
    ['mailbox add ann@a.example', 1, /already a mailbox ann@a\.example/, /ist schon da/],
    ['address show nobody@a.example', 1, /no address nobody@a\.example/, /ist nicht da/],
    ['rebuild', 1, /a server runs on .*; stop it first/, /läuft ein Server/],
  ] as const) {
    test(`wrong: posthorn ${line}`, async () => {
      // Not after an option that wants a value: it would take it for one; and not where there is no command yet.
      const words = line === '' ? [] : line.split(' ')
      const argv = line === '' || line === 'domain' || line.endsWith('--quota') ? words : [...words, '--data', data]
      for (const [language, expected] of [
        ['en', en],
        ['de', de],
      ] as const) {
        const ran = await run(argv, { language })
        assert.equal(ran.code, code)
        if (expected !== undefined) assert.match(ran.err, expected)
      }
    })
  }

  test('a file with wrong lines: each is named, nothing is changed; what was not on the list is counted', async () => {
    const file = join(folder, 'entries')
    writeFileSync(file, ['\ufeffone.example # why', '', 'foo bar', '# two.example', '10.0.0.0/33\r', 'ONE.example'].join('\n'))
    const wrong = await posthorn(`address block bob@a.example --import ${file}`)
    assert.equal(wrong.code, 2)
    assert.match(
      wrong.err,
      /entries:3: "foo bar" is no entry\nposthorn: .*entries:5: "10\.0\.0\.0\/33" is no entry\nposthorn: right would be .* Nothing was changed\n$/,
    )
    assert.deepEqual(await json('address block bob@a.example --export'), [])
    writeFileSync(file, Array.from({ length: 12 }, () => 'foo bar\n').join(''))
    assert.match((await posthorn(`address block bob@a.example --import ${file}`)).err, /posthorn: and 2 more; right would be/)
    writeFileSync(file, Array.from({ length: 30_000 }, (_, at) => `d${at}.example\n`).join(''))
    assert.deepEqual(await posthorn(`address block bob@a.example --import ${file}`), { code: 1, out: '', err: 'posthorn: no more than 10000 entries\n' })
    const removed = await posthorn('address block bob@a.example --remove one.example two.example')
    assert.deepEqual([removed.code, removed.err], [1, '2 entries were not on the list\n'])
  })

  test('with --json an error is JSON too', async () => {
    const { code, out, err } = await posthorn('address show nobody@a.example --json')
    assert.deepEqual([code, out], [1, ''])
    assert.deepEqual(JSON.parse(err), { error: { code: 'unknown', field: 'address', message: 'there is no address nobody@a.example' } })
  })

  test('the socket answers nonsense and goes on', async () => {
    const socket = connect(join(data, 'control.sock'))
    socket.write('nonsense\n{"id":7,"operation":"domain.list","input":{}}\n{"id":8,"operation":"no.such","input":{}}\n')
    const lines: string[] = []
    for await (const octets of socket) {
      lines.push(...String(octets).trim().split('\n'))
      if (lines.length >= 3) break
    }
    const answers = lines.map((line) => JSON.parse(line) as { id: number; result?: unknown; error?: { kind: string } })
    assert.deepEqual(
      answers.map((answer) => [answer.id, answer.error?.kind]),
      [
        [0, 'fault'],
        [7, undefined],
        [8, 'refused'],
      ],
    )
  })
})

describe('without a server', () => {
  const main = join(import.meta.dirname, 'main.ts')
  const posthorn = (line: string, input = '') => runProgram(process.execPath, [main, ...line.split(' ')], { input, env: { LC_ALL: 'C' } })

  test('a folder that is no installation does not become one by a mistake', async () => {
    const data = join(folder, 'mistyped')
    const { code, err } = await run(['mailbox', 'list', '--data', data])
    assert.equal(code, 1)
    assert.match(err, /there is no Posthorn in .*mistyped/)
    assert.ok(!existsSync(data))
  })

  test('two commands at once take turns; files are for their owner only', async () => {
    const data = join(folder, 'alone')
    const made = await Promise.all([posthorn(`domain add a.example --data ${data}`), posthorn(`setting set journal.days=9 --data ${data}`)])
    assert.deepEqual(
      made.map(({ code, stderr }) => [code, stderr]),
      [
        [0, ''],
        [0, ''],
      ],
    )
    const box = await posthorn(`mailbox add ann@a.example --password-stdin --data ${data}`, 'correct horse\n')
    assert.deepEqual([box.code, box.stdout], [0, 'mailbox ann@a.example added\n'])
    for (const file of ['posthorn.db', 'lock']) assert.equal(statSync(join(data, file)).mode & 0o077, 0, file)
    assert.ok(!existsSync(join(data, 'lock-holder')))
  })

  test('rebuild gives the same', async () => {
    const data = join(folder, 'alone')
    assert.match((await run(['rebuild', '--data', data])).out, /^\d+ records read; the index is made anew\n$/)
    assert.match((await run(['verify', '--data', data])).out, /all agree/)
    assert.match((await run(['mailbox', 'remove', 'ann@a.example', '--yes', '--data', data])).out, /removed/)
  })

  test('check-config says what is wrong, and where', async () => {
    const file = join(folder, 'wrong.toml')
    writeFileSync(file, 'hostnam = "mx.a.example"\n')
    const wrong = await run(['check-config', '--config', file])
    assert.deepEqual(wrong, { code: 2, out: '', err: `posthorn: ${file}:1: hostnam: unknown key; did you mean "hostname"?\n` })
    writeFileSync(file, 'hostname = "mx.a.example"\n[database]\nurl = "postgres://u:secret@h/d"\n')
    const right = await run(['check-config', '--config', file, '--json'])
    assert.equal(right.code, 0)
    assert.doesNotMatch(right.out, /secret/)
    assert.equal((JSON.parse(right.out) as { hostname: string }).hostname, 'mx.a.example')
  })
})

test('every command has help with examples, in both languages', async () => {
  const top = await run(['--help'])
  assert.equal(top.code, 0)
  const names = [...top.out.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help')
  assert.deepEqual(names.sort(), [
    'address',
    'alias',
    'apply',
    'audit',
    'autoresponder',
    'check-config',
    'customer',
    'dkim',
    'dmarc',
    'domain',
    'edit',
    'forward',
    'health',
    'identity-provider',
    'journal',
    'learn',
    'letter',
    'list',
    'lock',
    'mailbox',
    'oauth-client',
    'operator',
    'password',
    'person',
    'plan',
    'queue',
    'rebuild',
    'relay',
    'reputation',
    'second-factor',
    'session',
    'setting',
    'start',
    'statistics',
    'template',
    'tls-report',
    'token',
    'verify',
    'webhook',
  ])
  for (const name of names) {
    const help = await run([name, '--help'])
    assert.equal(help.code, 0)
    const below = [...help.out.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map((match) => match[1] ?? '')
    for (const path of below.length === 0 ? [[name]] : below.map((sub) => [name, sub])) {
      const [en, de] = [await run([...path, '--help']), await run([...path, '--help'], { language: 'de' })]
      assert.match(en.out, new RegExp(`Examples:\n {2}posthorn ${path.join(' ')}`), path.join(' '))
      assert.match(de.out, /^Aufruf: posthorn /)
      assert.match(de.out, /--json +JSON ausgeben/)
      assert.doesNotMatch(de.out, /undefined|display help/)
    }
  }
})

for (const [env, language] of [
  [{ LANG: 'de_DE.UTF-8' }, 'de'],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'en_US', LC_MESSAGES: 'de_AT' }, 'de'],
  [{ LC_ALL: '', LANG: 'de' }, 'de'],
  [{ LANG: 'den_XX' }, 'en'],
  [{}, 'en'],
] as const) {
  test(`language of ${JSON.stringify(env)}`, () => assert.equal(languageOf(env), language))
}
