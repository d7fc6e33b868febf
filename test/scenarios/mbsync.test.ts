import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import test from 'node:test'
import { makeMessage } from '../harness/corpus.ts'
import { needs, runProgram } from '../harness/program.ts'
import { eventually, password, Server } from '../harness/server.ts'
import { swaks } from '../harness/swaks.ts'

const user = 'ann@a.example'
const count = 1000

/** A Maildir that mbsync keeps in step with the server, as one of a person's computers. */
class Computer {
  readonly folder: string
  readonly #server: Server

  constructor(server: Server, name: string) {
    this.#server = server
    this.folder = path.join(server.folder, name)
  }

  async setUp(): Promise<void> {
    await mkdir(path.join(this.folder, 'mail'), { recursive: true })
    const rules = [
      ['IMAPAccount posthorn', 'Host localhost', `Port ${this.#server.port('imaps')}`, `User ${user}`, `Pass "${password}"`, 'SSLType IMAPS'],
      [`CertificateFile ${this.#server.data}/tls/certificate.pem`, ''],
      ['IMAPStore far', 'Account posthorn', ''],
      ['MaildirStore near', `Path ${this.folder}/mail/`, `Inbox ${this.folder}/mail/INBOX`, 'SubFolders Verbatim', ''],
      ['Channel all', 'Far :far:', 'Near :near:', 'Patterns *', 'Create Both', 'Expunge Both', 'SyncState *'],
    ]
    await writeFile(path.join(this.folder, 'mbsyncrc'), `${rules.flat().join('\n')}\n`)
  }

  async sync(): Promise<void> {
    const { code, stdout, stderr } = await runProgram('mbsync', ['--config', path.join(this.folder, 'mbsyncrc'), '--all', '--quiet'], { limitMs: 180_000 })
    assert.equal(code, 0, `${stdout}${stderr}${this.#server.said()}`)
    assert.equal(stderr, '')
  }

  /** Lays a message into a folder, as a mail program would: with the line ends of the machine. */
  async add(mailbox: string, number: number): Promise<void> {
    const folder = path.join(this.folder, 'mail', mailbox)
    for (const part of ['cur', 'new', 'tmp']) await mkdir(path.join(folder, part), { recursive: true })
    await writeFile(path.join(folder, 'new', `${1_700_000_000 + number}.${number}.host`), makeMessage(number).replaceAll('\r\n', '\n'))
  }

  /** Files of a folder, each with its flags and its octets as they were before mbsync added its own field. */
  async list(mailbox: string): Promise<{ file: string; flags: string; id: string; text: string }[]> {
    const found = []
    for (const part of ['cur', 'new']) {
      const folder = path.join(this.folder, 'mail', mailbox, part)
      for (const name of await readdir(folder)) {
        const text = (await readFile(path.join(folder, name), 'utf8')).replace(/^X-TUID: .*\r?\n/m, '')
        const id = /^Message-ID: <(.+)>/im.exec(text)?.[1] ?? name
        found.push({ file: path.join(folder, name), flags: /:2,(\w*)$/.exec(name)?.[1] ?? '', id, text })
      }
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** What counts when two computers are compared. */
  async state(mailbox: string): Promise<Record<string, string>> {
    return Object.fromEntries((await this.list(mailbox)).map(({ id, flags }) => [id, flags]))
  }

  async setFlags(file: string, flags: string): Promise<void> {
    const name = path.basename(file).replace(/:2,.*$/, '')
    await rename(file, path.join(path.dirname(path.dirname(file)), 'cur', `${name}:2,${flags}`))
  }
}

test(`mbsync keeps two computers in step, both ways, with ${count} messages`, { skip: needs('isync', 'swaks'), timeout: 300_000 }, async (t) => {
  await using server = await Server.start({ mailboxes: [user], addressSettings: ['greylisting=off'] })
  const desk = new Computer(server, 'desk')
  const lap = new Computer(server, 'lap')
  await desk.setUp()
  await lap.setUp()

  await t.test('what one has goes up, and comes down to the other octet for octet', async () => {
    for (let number = 0; number < count; number++) await desk.add('INBOX', number)
    await desk.sync()
    await lap.sync()
    const [there, here] = [await desk.list('INBOX'), await lap.list('INBOX')]
    assert.equal(here.length, count)
    for (const [index, { id, text }] of there.entries()) assert.deepEqual({ id: here[index]?.id, text: here[index]?.text }, { id, text })
  })

  await t.test('the special folders are there', async () => {
    const folders = await readdir(path.join(lap.folder, 'mail'))
    for (const name of ['Sent', 'Drafts', 'Trash', 'Archive', 'spam', 'virus']) assert.ok(folders.includes(name), name)
  })

  await t.test('flags and deletions of both meet', async () => {
    for (const { file } of (await desk.list('INBOX')).slice(0, 200)) await desk.setFlags(file, 'S')
    for (const { file } of (await lap.list('INBOX')).slice(100, 300)) await lap.setFlags(file, 'FR')
    for (const { file } of (await lap.list('INBOX')).slice(900)) await rm(file)
    await desk.sync()
    await lap.sync()
    await desk.sync()
    const state = await desk.state('INBOX')
    assert.deepEqual(await lap.state('INBOX'), state)
    const flags = Object.values(state)
    assert.equal(flags.length, count - 100)
    assert.deepEqual(
      [0, 150, 250, 350].map((index) => flags[index]),
      ['S', 'FRS', 'FR', ''],
    )
  })

  await t.test('a new folder with mail goes from one to the other', async () => {
    for (let number = 5000; number < 5010; number++) await lap.add('Projects/2026', number)
    await lap.sync()
    await desk.sync()
    assert.equal((await desk.list('Projects/2026')).length, 10)
  })

  await t.test('what arrives by SMTP comes to both', async () => {
    const sent = await swaks({ port: server.port('smtp'), from: 'carl@sender.example', to: user, subject: 'from outside' })
    assert.equal(sent.code, 0, sent.transcript)
    for (const computer of [desk, lap]) {
      await eventually('the message is there', async () => {
        await computer.sync()
        return (await computer.list('INBOX')).some(({ text }) => text.includes('Subject: from outside')) ? true : undefined
      })
    }
  })

  await t.test('with nothing new, nothing changes', async () => {
    const before = await desk.state('INBOX')
    await desk.sync()
    await lap.sync()
    assert.deepEqual(await desk.state('INBOX'), before)
    assert.deepEqual(await lap.state('INBOX'), before)
  })

  assert.deepEqual(server.complaints(), [])
  assert.equal(await server.stop(), 0)
  assert.equal((await server.run(['verify'])).code, 0)
})
