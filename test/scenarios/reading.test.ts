import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeMessage } from '../harness/corpus.ts'
import { imapClient, statusOf } from '../harness/imap-client.ts'
import { needs, runProgram } from '../harness/program.ts'
import { eventually, type ListenerName, password, Server } from '../harness/server.ts'
import { swaks } from '../harness/swaks.ts'

const count = 5
const normal = (text: string) => text.replaceAll('\r\n', '\n')

/** As it is stored: the fields that we put before it are not looked at here. */
const ends = (text: string, number: number) =>
  assert.ok(
    normal(text)
      .trimEnd()
      .endsWith(normal(makeMessage(number)).trimEnd()),
    text,
  )

describe('mail clients read', () => {
  let server: Server
  let ca: string

  before(async () => {
    const mailboxes = ['ann@a.example', 'keep@a.example', 'pop@a.example', 'mutt@a.example', 'new@a.example']
    server = await Server.start({ mailboxes, addressSettings: ['greylisting=off'], settings: ['greeting.delay=0'] })
    ca = path.join(server.data, 'tls/certificate.pem')
    for (const user of mailboxes.slice(0, 4)) {
      await using client = await imapClient(server, user)
      for (let number = 0; number < count; number++) await client.append('INBOX', makeMessage(number))
    }
  })
  after(async () => await server[Symbol.asyncDispose]())

  describe('curl', { skip: needs('curl') }, () => {
    const curl = async (url: string, ...options: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runProgram('curl', [
        '--silent',
        '--show-error',
        '--cacert',
        ca,
        '--user',
        `keep@a.example:${password}`,
        ...options,
        url,
      ])
      assert.equal(code, 0, `${url}: ${stderr}`)
      return stdout
    }
    const url = (scheme: string, listener: ListenerName, rest: string) => `${scheme}://localhost:${server.port(listener)}/${rest}`
    const ways: readonly [name: string, scheme: string, listener: ListenerName, options: readonly string[]][] = [
      ['IMAP over TLS', 'imaps', 'imaps', []],
      ['IMAP with STARTTLS', 'imap', 'imap', ['--ssl-reqd']],
      ['POP3 over TLS', 'pop3s', 'pop3s', []],
      ['POP3 with STLS', 'pop3', 'pop3', ['--ssl-reqd']],
    ]
    for (const [name, scheme, listener, options] of ways) {
      test(`a message by ${name}`, async () => {
        const place = scheme.startsWith('imap') ? 'INBOX;MAILINDEX=3' : '3'
        ends(await curl(url(scheme, listener, place), ...options), 2)
      })
    }
    test('the list of mailboxes, a search, a flag, an upload by IMAP', async () => {
      assert.match(await curl(url('imaps', 'imaps', '')), /^\* LIST \(.*\\Sent.*\) "\/" "?Sent"?\r$/m)
      assert.equal((await curl(url('imaps', 'imaps', 'INBOX?SUBJECT%20%22Message%203%22'))).trim(), '* SEARCH 4')
      assert.match(await curl(url('imaps', 'imaps', 'INBOX'), '--request', 'STORE 4 +FLAGS (\\Flagged)'), /^\* 4 FETCH \(.*\\Flagged.*\)\r$/m)
      const file = path.join(server.folder, 'upload')
      await writeFile(file, makeMessage(77))
      await curl(url('imaps', 'imaps', 'Drafts'), '--upload-file', file)
      ends(await curl(url('imaps', 'imaps', 'Drafts;MAILINDEX=1')), 77)
    })
    test('the list of messages by POP3', async () => {
      const sizes = (await curl(url('pop3s', 'pop3s', ''))).trim().split('\r\n')
      assert.equal(sizes.length, count)
      for (const [index, line] of sizes.entries()) assert.equal(line, `${index + 1} ${Buffer.byteLength(makeMessage(index))}`)
    })
    test('no password without TLS, and not with a wrong one', async () => {
      const plain = await runProgram('curl', ['--silent', '--user', `keep@a.example:${password}`, url('imap', 'imap', 'INBOX')])
      assert.equal(plain.code, 67)
      const wrong = await runProgram('curl', ['--silent', '--cacert', ca, '--user', 'keep@a.example:wrong', url('imaps', 'imaps', 'INBOX')])
      assert.equal(wrong.code, 67)
    })
  })

  describe('fetchmail', { skip: needs('fetchmail') }, () => {
    const fetch = async (user: string, protocol: string, listener: ListenerName, ...options: string[]): Promise<string[]> => {
      const home = path.join(server.folder, `fetchmail-${protocol}-${listener}`)
      await mkdir(home, { recursive: true })
      const rules = path.join(home, 'rc')
      const tls = listener.endsWith('s') ? 'ssl' : 'sslproto "TLS1.2+"'
      const poll = `poll localhost protocol ${protocol} port ${server.port(listener)} user "${user}" password "${password}" ${tls} sslcertck sslcertfile "${ca}" ${options.join(' ')}`
      await writeFile(rules, `${poll} mda "cat >> ${home}/mbox; echo ----- >> ${home}/mbox"\n`)
      await chmod(rules, 0o700)
      const { code, stdout, stderr } = await runProgram('fetchmail', ['--fetchmailrc', rules, '--pidfile', `${home}/pid`, '--nosyslog'], {
        env: { HOME: home },
      })
      // 1: there was none.
      assert.ok(code === 0 || code === 1, `${code}: ${stdout}${stderr}`)
      return code === 1 ? [] : (await readFile(`${home}/mbox`, 'utf8')).split('-----\n').slice(0, -1)
    }
    test('all by POP3 with STLS, leaving them there', async () => {
      const messages = await fetch('pop@a.example', 'pop3', 'pop3', 'keep', 'fetchall')
      assert.equal(messages.length, count)
      assert.match(messages[3] ?? '', /^Message-ID: <m3@sender\.example>$/m)
    })
    test('all by POP3 over TLS, taking them away', async () => {
      assert.equal((await fetch('pop@a.example', 'pop3', 'pop3s', 'nokeep', 'fetchall')).length, count)
      await using client = await imapClient(server, 'pop@a.example')
      assert.equal((await statusOf(client, 'INBOX')).messages, 0)
    })
    test('what is unseen by IMAP', async () => {
      assert.equal((await fetch('ann@a.example', 'imap', 'imaps', 'keep')).length, count)
      assert.equal((await fetch('ann@a.example', 'imap', 'imap', 'keep')).length, 0)
    })
  })

  test('mutt reads, marks, saves and deletes', { skip: needs('mutt') }, async () => {
    const home = path.join(server.folder, 'mutt')
    await mkdir(home)
    const [rules, out] = [path.join(home, 'muttrc'), path.join(home, 'out')]
    const keys = [
      `<display-message><exit><pipe-message>cat > ${out}<enter>`,
      '<next-entry><flag-message>',
      '<next-entry><save-message>=Archive<enter>',
      '<next-entry><delete-message>',
      '<sync-mailbox><quit>',
    ]
    const lines = [
      `set folder = "imaps://mutt%40a.example@localhost:${server.port('imaps')}/"`,
      `set spoolfile = "imaps://mutt%40a.example@localhost:${server.port('imaps')}/INBOX"`,
      `set imap_pass = "${password}"`,
      `set certificate_file = "${ca}"`,
      `set ssl_ca_certificates_file = "${ca}"`,
      'set ssl_starttls = yes sort = mailbox-order confirmappend = no confirmcreate = no delete = yes quit = yes resolve = no wait_key = no mark_old = no pipe_decode = no',
      `push '${keys.join('')}'`,
    ]
    await writeFile(rules, `${lines.join('\n')}\n`)
    // mutt wants a terminal.
    const { stdout } = await runProgram('script', ['--quiet', '--command', `mutt -F ${rules}`, '/dev/null'], {
      env: { HOME: home, TERM: 'xterm' },
      limitMs: 30_000,
    })
    ends(await readFile(out, 'utf8').catch(() => assert.fail(stdout)), 0)
    await using client = await imapClient(server, 'mutt@a.example')
    await client.mailboxOpen('INBOX', { readOnly: true })
    const messages = await client.fetchAll('1:*', { envelope: true, flags: true })
    const seen = messages.map(({ envelope, flags }) => [
      envelope?.messageId,
      [...(flags ?? [])]
        .filter((flag) => flag !== '\\Recent')
        .sort()
        .join(' '),
    ])
    assert.deepEqual(seen, [
      ['<m0@sender.example>', '\\Seen'],
      ['<m1@sender.example>', '\\Flagged'],
      ['<m4@sender.example>', ''],
    ])
    assert.equal((await statusOf(client, 'Archive')).messages, 1)
  })

  test('a client that waits hears of new mail at once', { skip: needs('swaks') }, async () => {
    await using client = await imapClient(server, 'new@a.example')
    await client.mailboxOpen('INBOX')
    const told = new Promise<number>((resolve) => client.on('exists', ({ count: messages }: { count: number }) => resolve(messages)))
    void client.idle()
    await eventually('the client idles', async () => (client.idling ? true : undefined))
    const sent = await swaks({ port: server.port('smtp'), from: 'carl@sender.example', to: 'new@a.example' })
    assert.equal(sent.code, 0, sent.transcript)
    assert.equal(await told, 1)
  })

  test('and nothing of it was worth a warning', () => {
    const expected = /sign-in|password/
    assert.deepEqual(
      server.complaints().filter(({ event }) => !expected.test(event)),
      [],
    )
  })
})
