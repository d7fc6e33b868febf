import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import path from 'node:path'
import test from 'node:test'
import { ImapSession } from '../harness/crash/imap-session.ts'
import { InboxAccount } from '../harness/crash/inbox-account.ts'
import { ModelAccount } from '../harness/crash/model-account.ts'
import { type Sent, SmtpSender } from '../harness/crash/smtp-sender.ts'
import { snapshot } from '../harness/crash/snapshot.ts'
import { anySize, makeMessage } from '../harness/crash/test-message.ts'
import { administer, postgresqlMissing, startServer } from '../harness/postgresql.ts'
import { Random } from '../harness/random.ts'
import { eventually, Server } from '../harness/server.ts'

const ann = 'ann@a.example'
const bob = 'bob@a.example'
const dora = 'dora@a.example'

test('the whole server on PostgreSQL, which goes away and comes back', { skip: postgresqlMissing ?? false }, async () => {
  const postgresql = await startServer()
  try {
    await administer(postgresql, 'CREATE DATABASE mail')
    await using server = await Server.start({
      database: postgresql.url('mail'),
      mailboxes: [ann, bob, dora],
      addressSettings: ['greylisting=off'],
      settings: ['connection-limits=off', 'greeting.delay=0', 'plaintext-login=loopback', 'login-throttle=off'],
    })
    const life = new Life(server)
    try {
      await life.goesOn(20)
      assert.equal(await server.stop(), 0)
      await server.start()
      await life.check()
      await life.goesOn(3)

      // It comes back as after a power cut, without its last commits, which nobody else brings it.
      const soon = await takeAway(postgresql)
      await soon()
      await life.settles()

      const back = await takeAway(postgresql)
      await life.sendsWhileAway()
      await back()
      await life.settles()
      await life.goesOn(5)

      const again = await takeAway(postgresql)
      await life.sendsWhileAway()
      await server.stop('SIGKILL')
      const failed = await server.start().catch((error: unknown) => error)
      assert.match(String(failed), /ended with 1 before it was ready[^]*database/)
      await again()
      await eventually('PostgreSQL is back', () =>
        administer(postgresql, 'SELECT 1').then(
          () => true as const,
          () => undefined,
        ),
      )
      await server.start()
      await life.goesOn(5)
      await life.rebuildGivesTheSame()
    } catch (error) {
      throw new Error(server.said(), { cause: error })
    }
  } finally {
    await postgresql.stop()
  }
})

test('a database that has the index of another data folder is left alone', { skip: postgresqlMissing ?? false }, async () => {
  const postgresql = await startServer()
  try {
    await administer(postgresql, 'CREATE DATABASE mail')
    await using server = await Server.start({ database: postgresql.url('mail'), mailboxes: [ann] })
    await using other = await Server.prepare({ database: postgresql.url('mail') })
    const failed = await other.start().catch((error: unknown) => error)
    assert.match(String(failed), /ended with 1 before it was ready[^]*belongs to the server of another data folder/)
    // It would take it for its own, and empty.
    const { code, stderr } = await other.run(['rebuild'])
    assert.equal(code, 1)
    assert.match(stderr, /belongs to the server of another data folder/)
    await server.stop()
    await server.start()
    assert.match(await server.posthorn(['mailbox', 'list']), /ann@a\.example/)
  } finally {
    await postgresql.stop()
  }
})

/** Ends the server of PostgreSQL, and keeps it from starting until the function is called to which this resolves. */
async function takeAway(postgresql: Awaited<ReturnType<typeof startServer>>): Promise<() => Promise<void>> {
  const data = path.join(postgresql.folder, 'data')
  const pid = await postgresql.pid()
  await rename(data, `${data}.away`)
  process.kill(pid, 'SIGQUIT')
  await eventually('PostgreSQL has ended', async () => (isAlive(pid) ? undefined : true))
  return () => rename(`${data}.away`, data)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Mail for ann and bob, and a client of dora's. */
class Life {
  readonly #server: Server
  readonly #random = new Random(7)
  readonly #inboxes = [ann, bob].map((name) => new InboxAccount(name, this.#random))
  readonly #model = new ModelAccount(dora, this.#random)
  readonly #sent: Sent[] = []

  constructor(server: Server) {
    this.#server = server
  }

  async goesOn(count: number): Promise<void> {
    for (let n = 0; n < count; n++) assert.ok((await this.#send()).queueId)
    using session = await ImapSession.open(this.#server.port('imap'), dora)
    await this.#model.check(session)
    for (let n = 0; n < count; n++) await this.#model.step(session)
    await this.check()
  }

  /** The database is back, and the index has what it had and what came in meanwhile. */
  async settles(): Promise<void> {
    using session = await eventually('people can sign in', () => ImapSession.open(this.#server.port('imap'), dora).catch(() => undefined))
    await eventually('what was there is there', () =>
      this.#model.check(session).then(
        () => true as const,
        () => undefined,
      ),
    )
    await eventually('what can be changed is changed', async () => ((await session.command('SUBSCRIBE INBOX')).status === 'OK' ? true : undefined))
    await this.check()
  }

  async check(): Promise<void> {
    for (const account of this.#inboxes) {
      using session = await ImapSession.open(this.#server.port('imap'), account.name)
      await eventually('the index has everything', async () => ((await session.select('INBOX')).uidNext > account.accepted ? true : undefined))
      await account.check(session, true)
    }
    using session = await ImapSession.open(this.#server.port('imap'), dora)
    await this.#model.check(session, true)
  }

  /** Accepted into the log, or deferred: nobody is told that there is no such mailbox. */
  async sendsWhileAway(): Promise<void> {
    const answers = new Set<string>()
    for (let n = 0; n < 10; n++) answers.add((await this.#send()).refusal?.slice(0, 3) ?? '250')
    for (const answer of answers) assert.ok(answer === '250' || answer.startsWith('4'), answer)
    assert.ok(answers.has('250'), 'addresses that are in memory need no database')
  }

  async rebuildGivesTheSame(): Promise<void> {
    const everybody = async () => (await Promise.all([ann, bob, dora].map((user) => snapshot(this.#server.port('imap'), user)))).flat()
    const before = await everybody()
    assert.equal(await this.#server.stop(), 0)
    await this.#server.posthorn(['rebuild'])
    await this.#server.start()
    assert.deepEqual(await everybody(), before)
    await this.#server.posthorn(['verify'])
    assert.equal(await this.#server.stop(), 0)
  }

  async #send(): Promise<Sent> {
    const recipients = this.#random.pick([[ann], [bob], [ann, bob]])
    const sent: Sent = { message: makeMessage(`m${this.#sent.length}`, anySize(this.#random)), recipients, queueId: undefined, refusal: undefined }
    this.#sent.push(sent)
    for (const account of this.#inboxes) if (recipients.includes(account.name)) account.expect(sent)
    using smtp = await SmtpSender.connect(this.#server.port('smtp'))
    await smtp.send(sent, this.#random.pick(['data', 'bdat']), this.#random)
    return sent
  }
}
