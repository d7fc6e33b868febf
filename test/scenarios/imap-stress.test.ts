import assert from 'node:assert/strict'
import { readdir, readlink } from 'node:fs/promises'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, mailboxes, Model, random } from '../harness/actor.ts'
import { sender, SmtpSender } from '../harness/crash/smtp-sender.ts'
import { makePostgresqlDatabase, withEachEngine } from '../harness/database.ts'
import { startImap, type ImapUnderTest } from '../harness/imap.ts'
import { othersOf } from '../harness/processes.ts'
import { password, Server } from '../harness/server.ts'
import { type Knowledge, TrackingClient } from '../harness/tracking-client.ts'

/** Many clients, random commands, each believing what it is told; the model knows what must be there in the end. */
const clients = 8
/** Of the clients, in turn. */
const knowledge: readonly Knowledge[] = ['plain', 'QRESYNC', 'CONDSTORE', 'QRESYNC']
const runMs = 3_000

/** Clients of ann, who act until all have had their time while mail comes in, and then compare. */
class Stress {
  readonly model = new Model()
  readonly opened: TrackingClient[] = []
  /** What clients were told by NOTIFY of mailboxes that were not selected. */
  readonly #counts: { readonly client: string; readonly mailbox: string; readonly messages: number }[] = []
  readonly #who: { readonly user: string; readonly password: string }

  constructor(t: TestContext, who: { readonly user: string; readonly password: string }) {
    this.#who = who
    t.after(() => this.opened.forEach((client) => client.close()))
  }

  async open(port: number): Promise<void> {
    const i = this.opened.length
    const options = { ...this.#who, name: `c${i}x`, observer: this.model, knowledge: knowledge[i % knowledge.length] ?? 'plain', notified: i % 3 === 1 }
    this.opened.push(await TrackingClient.open(port, options))
  }

  /** Resolves to what was done, in words. */
  async run(deliver: (message: string) => Promise<void>): Promise<string> {
    for (const name of mailboxes.slice(1)) await this.opened[0]?.ok(`CREATE ${name}`)
    const endsAt = performance.now() + runMs
    const [commands] = await Promise.all([
      Promise.all(this.opened.map((client, i) => new Actor(client, this.model, i + 1).actUntil(endsAt))),
      this.#deliverUntil(endsAt, deliver),
    ])
    return `${commands.reduce((a, b) => a + b, 0)} commands, ${[...this.model.made.values()].reduce((sum, made) => sum + made.size, 0)} messages`
  }

  /** Delivery goes on beside the clients. */
  async #deliverUntil(endsAt: number, deliver: (message: string) => Promise<void>): Promise<void> {
    while (performance.now() < endsAt) {
      const id = `d${this.model.delivered.size}`
      this.model.delivered.add(id)
      await deliver(`X-Id: ${id}\r\nSubject: ${id}\r\n\r\n`)
      await sleep(20)
    }
  }

  /** What each was told piece by piece is what there is. */
  async compareWhatWasTold(): Promise<void> {
    for (const client of this.opened) {
      await client.ok('NOOP')
      await client.learn()
      for (const [mailbox, messages] of client.counts) if (mailbox !== client.mailbox) this.#counts.push({ client: client.name, mailbox, messages })
      const told = client.messages.map(({ uid, flags: known, id, modSeq }) => ({ uid, known, id, modSeq }))
      // RFC 9051 9: in an empty mailbox 1:* may be BAD.
      if (client.messages.length > 0) await client.ok(`FETCH 1:* (UID FLAGS${client.knowledge === 'plain' ? '' : ' MODSEQ'})`)
      for (const [i, message] of client.messages.entries()) {
        const before = told[i]
        assert.equal(before?.uid, message.uid)
        if (before.known !== undefined) assert.equal(before.known, message.flags, `flags of ${client.mailbox} ${message.uid} as ${client.name} was told`)
        if (before.modSeq !== undefined) assert.equal(before.modSeq, message.modSeq, `modSeq of ${client.mailbox} ${message.uid} as ${client.name} was told`)
      }
    }
  }

  /** Every message made is there once, unless somebody saw it go; all clients see the same. */
  async compareWithModel(uidsInIndex?: (mailbox: string) => Promise<readonly number[]>): Promise<void> {
    for (const mailbox of mailboxes) {
      const uids = await uidsInIndex?.(mailbox)
      for (const client of this.opened) {
        await client.select(mailbox)
        const shown = client.messages.map(({ uid }) => uid)
        if (uids !== undefined) assert.deepEqual(shown, uids, `${mailbox} as it is shown is as the index has it`)
        assert.deepEqual(new Map(client.messages.map(({ uid, id }) => [uid, id])), this.model.expected(mailbox), `${mailbox} as ${client.name} sees it`)
      }
    }
    for (const { client, mailbox, messages } of this.#counts) {
      assert.equal(messages, this.model.expected(mailbox).size, `messages in ${mailbox} as ${client} was told without asking`)
    }
    const everSeen = new Set([...this.model.made.values()].flatMap((byUid) => [...byUid.values()]))
    assert.deepEqual(
      [...this.model.delivered].filter((id) => !everSeen.has(id)),
      [],
      'delivered and never seen',
    )
  }
}

async function uidsInIndex({ store, accountOf }: ImapUnderTest, name: string): Promise<readonly number[]> {
  const account = accountOf('ann')
  const mailbox = await store.mailbox(account, name)
  const view = mailbox && (await store.view(account, mailbox.mailboxId))
  return [...(view?.uids ?? [])]
}

async function socketsOf(pid: number): Promise<number> {
  const links = (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))
  return (await Promise.all(links)).filter((link) => link.startsWith('socket:')).length
}

withEachEngine((engine, open) => {
  for (const processes of [1, 2])
    test(`clients that believe what they are told agree in the end (${engine}, stores: ${processes})`, async (t) => {
      const below = random(processes)
      const server = await startImap(t, { open, ...(processes === 2 && { besideMs: () => below(5) }) })
      const ports = processes === 2 ? [server.port, server.besidePort] : [server.port]
      const stress = new Stress(t, { user: 'ann', password: 'secret' })
      for (let i = 0; i < clients; i++) await stress.open(ports[i % ports.length] ?? 0)
      t.diagnostic(await stress.run((message) => server.deliver(message, server.accountOf('ann'))))
      assert.deepEqual(server.errors, [])
      // What is still on its way between the processes arrives.
      await sleep(100)
      await stress.compareWhatWasTold()
      await stress.compareWithModel((mailbox) => uidsInIndex(server, mailbox))
    })

  test(`the same with the whole server in two processes (${engine})`, async (t) => {
    const database = engine === 'postgresql' ? await makePostgresqlDatabase() : undefined
    t.after(() => database?.drop())
    const user = 'ann@a.example'
    await using server = await Server.start({
      processes: 2,
      ...(database !== undefined && { database: database.url }),
      mailboxes: [user],
      addressSettings: ['greylisting=off'],
      settings: ['greeting.delay=0', 'plaintext-login=loopback', 'connection-limits=off'],
    })
    const stress = new Stress(t, { user, password: `"${password}"` })
    const other = othersOf(server).get(2) ?? 0
    const before = { first: await socketsOf(server.pid), other: await socketsOf(other) }
    // The kernel throws a die for each.
    const isSpread = async () => (await socketsOf(server.pid)) > before.first && (await socketsOf(other)) > before.other
    while (stress.opened.length < clients || !(await isSpread())) await stress.open(server.port('imap'))
    t.diagnostic(await stress.run((message) => deliver(server, user, message)))
    assert.deepEqual(
      server.complaints().filter(({ event }) => event !== 'a protection is switched off'),
      [],
    )
    // The last delivery, and what was changed in one process, have come to the other.
    await sleep(1_000)
    await stress.compareWhatWasTold()
    await stress.compareWithModel()
  })
})

async function deliver(server: Server, user: string, message: string): Promise<void> {
  using smtp = await SmtpSender.connect(server.port('smtp'))
  for (const command of [`MAIL FROM:<${sender}>`, `RCPT TO:<${user}>`, 'DATA']) assert.match(await smtp.say(`${command}\r\n`), /^[23]/)
  assert.match(await smtp.say(`${message}.\r\n`), /^250 /)
}
