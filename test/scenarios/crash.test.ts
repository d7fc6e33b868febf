import assert from 'node:assert/strict'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { ImapSession } from '../harness/crash/imap-session.ts'
import { InboxAccount } from '../harness/crash/inbox-account.ts'
import { ModelAccount } from '../harness/crash/model-account.ts'
import { type Sent, sender, sendForEver, SmtpSender } from '../harness/crash/smtp-sender.ts'
import { snapshot } from '../harness/crash/snapshot.ts'
import { ConnectionLost } from '../harness/crash/wire-client.ts'
import { Random, seedOfRun } from '../harness/random.ts'
import { eventually, Server } from '../harness/server.ts'

const rounds = Number(process.env['POSTHORN_TEST_ROUNDS'] ?? 50)
/** How long a server lives under load before it is killed. */
const loadMs = { least: 20, most: 400 } as const
const roundsPerVerify = 10
/** Of a rebuild. */
const kills = 5

const inboxes = ['ann@a.example', 'bob@a.example', 'cat@a.example'] as const
const models = ['dora@a.example', 'emil@a.example'] as const
const list = 'all@a.example'
const listMembers: readonly string[] = ['ann@a.example', 'bob@a.example']
const connections = 5

test(`kill -9 under load, ${rounds} times: what was acknowledged is there once, byte for byte`, async (context) => {
  const random = new Random(seedOfRun())
  context.diagnostic(`seed ${random.seed}`)
  await using server = await Server.prepare({
    mailboxes: [...inboxes, ...models],
    // Rounds are short, and the first message after a start waits for the thread that judges it: one inbox has the filter.
    addressSettings: ['greylisting=off', 'spam-level=off'],
    settings: ['dmarc=score', 'connection-limits=off', 'greeting.delay=0', 'plaintext-login=loopback', 'login-throttle=off', 'greylisting.delay=1s'],
  })
  await server.posthorn(['address', 'set', inboxes[2], 'spam-level=medium'])
  await server.posthorn(['list', 'add', list, ...listMembers.flatMap((member) => ['--to', member])])
  await passGreylisting(server)
  const load = new Load(random)
  for (let round = 1; round <= rounds; round++) {
    if (random.chance(0.2)) await killWhileStarting(server, random)
    await server.start()
    try {
      const sessions = await load.check(server.port('imap'))
      if (round % roundsPerVerify === 0) await verify(server)
      await load.run(server, `r${round}`, sessions)
    } catch (error) {
      throw new Error(`round ${round} of seed ${random.seed}\n${server.said()}`, { cause: error })
    }
  }
  await server.start()
  for (const session of await load.check(server.port('imap'), true)) session.close()
  await verify(server)
  await rebuildGivesTheSame(server, random)
  checkJournal(server, load.sent)
  load.report(context)
})

/** All clients of the server, and what they were told. */
class Load {
  readonly sent: Sent[] = []
  readonly #random: Random
  readonly #inboxes: readonly InboxAccount[]
  readonly #models: readonly ModelAccount[]
  #counted = 0

  constructor(random: Random) {
    this.#random = random
    this.#inboxes = inboxes.map((name) => new InboxAccount(name, new Random(random.between(0, 2 ** 31))))
    this.#models = models.map((name) => new ModelAccount(name, new Random(random.between(0, 2 ** 31))))
  }

  get #accounts(): readonly (InboxAccount | ModelAccount)[] {
    return [...this.#inboxes, ...this.#models]
  }

  /** Compares all accounts with what was acknowledged; resolves to a session of each. */
  async check(port: number, everything = false): Promise<ImapSession[]> {
    for (const sent of this.sent.slice(this.#counted)) {
      assert.equal(sent.refusal, undefined, `${sent.message.id} to ${sent.recipients.join()}`)
      const members = new Set(sent.recipients.flatMap((recipient) => (recipient === list ? listMembers : [recipient])))
      for (const account of this.#inboxes) if (members.has(account.name)) account.expect(sent)
    }
    this.#counted = this.sent.length
    return await Promise.all(
      this.#accounts.map(async (account) => {
        const session = await ImapSession.open(port, account.name)
        await account.check(session, everything)
        return session
      }),
    )
  }

  /** Everybody at work, until the server is killed. */
  async run(server: Server, name: string, sessions: readonly ImapSession[]): Promise<void> {
    const port = server.port('smtp')
    const work: Promise<never>[] = this.#accounts.map((account, index) => account.work(sessions[index] as ImapSession))
    for (let n = 0; n < connections; n++) {
      work.push(sendForEver(port, new Random(this.#random.between(0, 2 ** 31)), { name: `${name}-${n}`, recipients: [...inboxes, list], sent: this.sent }))
    }
    const ends = work.map((one) => one.catch((error: unknown) => (error instanceof ConnectionLost ? undefined : error)))
    const failed = await Promise.race([sleep(this.#random.between(loadMs.least, loadMs.most)), ...ends])
    await server.stop('SIGKILL')
    const faults = [failed, ...(await Promise.all(ends))].filter((fault) => fault !== undefined)
    for (const session of sessions) session.close()
    if (faults.length > 0) throw new AggregateError(faults, 'the load met something else than the kill')
  }

  report(context: TestContext): void {
    const accepted = this.sent.filter(({ queueId }) => queueId !== undefined).length
    const commands = this.#accounts.reduce((sum, { done }) => sum + done, 0)
    context.diagnostic(`${rounds} rounds: ${accepted} of ${this.sent.length} messages accepted, ${commands} IMAP changes acknowledged`)
    // A machine with much else to do takes little in a round; the kills hit what there is.
    assert.ok(accepted > rounds && commands > rounds, 'the load was none')
  }
}

/** For a list it cannot be switched off; who has waited once is known from then on. */
async function passGreylisting(server: Server): Promise<void> {
  await server.start()
  await eventually('the list is no longer greylisted', async () => {
    using smtp = await SmtpSender.connect(server.port('smtp'))
    await smtp.say(`MAIL FROM:<${sender}>\r\n`)
    return (await smtp.say(`RCPT TO:<${list}>\r\n`)).startsWith('250') || undefined
  })
  assert.equal(await server.stop(), 0)
}

async function verify(server: Server): Promise<void> {
  const { code, stdout, stderr } = await server.run(['verify'])
  assert.equal(code, 0, `${stdout}${stderr}`)
}

/** Recovery is killed as well. */
async function killWhileStarting(server: Server, random: Random): Promise<void> {
  const started = server.start().catch(() => {})
  await sleep(random.between(50, 600))
  await server.stop('SIGKILL')
  await started
}

/** The index made anew from the log shows clients the same as before; also one that was killed while being made, however often. */
async function rebuildGivesTheSame(server: Server, random: Random): Promise<void> {
  const everybody = async () => (await Promise.all([...inboxes, ...models].map((user) => snapshot(server.port('imap'), user)))).flat()
  const before = await everybody()
  assert.equal(await server.stop(), 0)
  await server.posthorn(['rebuild'])
  await server.start()
  assert.deepEqual(await everybody(), before)
  assert.equal(await server.stop(), 0)
  for (let kill = 0; kill < kills; kill++) await server.runKilled(['rebuild'], random.between(150, 900))
  await server.start()
  assert.deepEqual(await everybody(), before)
  await verify(server)
  assert.equal(await server.stop(), 0)
}

/** One entry for each message and recipient; of a message without an answer there may be none. */
function checkJournal(server: Server, sent: readonly Sent[]): void {
  using database = disposable(new Sqlite(path.join(server.data, 'posthorn.db'), { readonly: true }))
  const rows = database.prepare('SELECT message_id, recipient FROM journal WHERE message_id IS NOT NULL').all() as { message_id: string; recipient: string }[]
  const entries = Map.groupBy(rows, (row) => row.message_id)
  for (const { queueId, recipients, message } of sent) {
    const found = entries.get(`${message.id}@sender.example`)?.map(({ recipient }) => recipient)
    if (queueId !== undefined || found !== undefined) assert.deepEqual(found?.sort(), [...recipients].sort(), `journal entries of ${message.id}, ${queueId}`)
  }
}

function disposable(database: Sqlite.Database): Sqlite.Database & Disposable {
  return Object.assign(database, { [Symbol.dispose]: () => void database.close() })
}
