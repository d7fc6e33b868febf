import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { withEachEngine } from '../harness/database.ts'
import { startImap, type ImapUnderTest } from '../harness/imap.ts'
import { type Knowledge, TrackingClient, type Observer } from '../harness/tracking-client.ts'

/** Many clients, random commands, each believing what it is told; the model knows what must be there in the end. */
const clients = 8
/** Of the clients, in turn. */
const knowledge: readonly Knowledge[] = ['plain', 'QRESYNC', 'CONDSTORE', 'QRESYNC']
const runMs = 3_000
/** Of each client, however busy the machine is. */
const fewestCommands = 20
const mailboxes = ['INBOX', 'a', 'b'] as const
const flags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$Work', 'Later'] as const

/** What exists, by UID, as the answers of all clients tell it. */
class Model implements Observer {
  /** mailbox -> UID -> X-Id, of every message that ever was. */
  readonly made = new Map<string, Map<number, string>>(mailboxes.map((name) => [name, new Map()]))
  readonly removedUids = new Map<string, Set<number>>(mailboxes.map((name) => [name, new Set()]))
  readonly delivered = new Set<string>()
  readonly #recent = new Map<string, TrackingClient>()
  #ids = 0

  nextId(): string {
    return `m${++this.#ids}`
  }

  removed(mailbox: string, uid: number): void {
    this.removedUids.get(mailbox)?.add(uid)
  }

  recent(mailbox: string, uid: number, client: TrackingClient): void {
    const key = `${mailbox} ${uid}`
    const first = this.#recent.get(key) ?? client
    this.#recent.set(key, first)
    assert.equal(first.name, client.name, `\\Recent of ${key} was told twice`)
  }

  seen(mailbox: string, uid: number, id: string): void {
    if (mailbox === '') return
    const before = this.made.get(mailbox)?.get(uid)
    assert.ok(before === undefined || before === id, `${mailbox} ${uid} was ${before} and is ${id}`)
    this.made.get(mailbox)?.set(uid, id)
  }

  /** X-Ids that must be in a mailbox, by UID. */
  expected(mailbox: string): Map<number, string> {
    const gone = this.removedUids.get(mailbox)
    return new Map([...(this.made.get(mailbox) ?? [])].filter(([uid]) => gone?.has(uid) !== true).sort(([a], [b]) => a - b))
  }
}

/** The same numbers each time, though not the same interleaving. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % below
  }
}

class Actor {
  readonly #client: TrackingClient
  readonly #model: Model
  readonly #below: (limit: number) => number

  constructor(client: TrackingClient, model: Model, seed: number) {
    this.#client = client
    this.#model = model
    this.#below = random(seed)
  }

  async actUntil(endsAt: number): Promise<number> {
    let commands = 0
    await this.#client.select(this.#mailbox())
    for (; performance.now() < endsAt || commands < fewestCommands; commands++) await this.#act()
    return commands
  }

  async #act(): Promise<void> {
    const client = this.#client
    const what = this.#below(100)
    if (client.messages.length === 0 || what < 20) return await this.#append()
    if (what < 45) return await this.#store()
    if (what < 55) return await this.#copy(false)
    if (what < 62) return await this.#copy(true)
    if (what < 68) return await this.#expunge()
    if (what < 76) return await this.#fetch()
    if (what < 82) return await this.#search()
    if (what < 88) return await this.#idle()
    if (what < 94) {
      await client.ok('NOOP')
      return await client.learn()
    }
    if (this.#below(2) === 0) await client.ok('UNSELECT')
    await client.select(this.#mailbox())
  }

  async #append(): Promise<void> {
    const id = this.#model.nextId()
    const message = `X-Id: ${id}\r\nSubject: ${id}\r\n\r\n${'x'.repeat(this.#below(2_000))}\r\n`
    const mailbox = this.#mailbox()
    const answer = await this.#client.ok(`APPEND ${mailbox} (${this.#flag()}) {${message.length}+}\r\n${message}`)
    this.#model.seen(mailbox, Number(/\[APPENDUID \d+ (\d+)\]/.exec(answer)?.[1]), id)
    await this.#client.learn()
  }

  async #store(): Promise<void> {
    const mode = ['+FLAGS', '-FLAGS', 'FLAGS', '+FLAGS.SILENT', '-FLAGS.SILENT'][this.#below(5)] ?? 'FLAGS'
    const byUid = this.#below(2) === 0
    const chosen = this.#choose()
    // What is marked silently is not told, so what this client knew is known no more.
    const before = chosen.map((seq) => this.#client.messages[seq - 1])
    const answer = await this.#client.run(`${this.#named('STORE', chosen, byUid)} ${mode} (${this.#flag()} ${this.#flag()})`)
    if (mode.endsWith('SILENT')) for (const message of before) if (message !== undefined) message.flags = undefined
    assert.match(answer, byUid ? /^OK/ : /^(?:OK|NO \[EXPUNGEISSUED\])/)
    await this.#client.learn()
  }

  async #copy(move: boolean): Promise<void> {
    const target = this.#mailbox()
    const byUid = this.#below(2) === 0
    const chosen = this.#choose().slice(0, 5)
    const source = this.#client.mailbox
    const answer = await this.#copyUids(`${this.#named(move ? 'MOVE' : 'COPY', chosen, byUid)} ${target}`, source, target)
    assert.match(answer, byUid ? /^OK/ : /^(?:OK|NO \[EXPUNGEISSUED\])/)
    await this.#client.learn()
  }

  /** Where the copies are is in COPYUID: tagged, or untagged for MOVE and for a command that ends with NO. */
  async #copyUids(command: string, source: string, target: string): Promise<string> {
    const { answer, codes } = await this.#client.runForCodes(command)
    for (const code of codes) {
      const [, from = '', to = ''] = /^COPYUID \d+ (\S+) (\S+)$/.exec(code) ?? []
      if (from === '') continue
      const targets = numbers(to)
      for (const [i, uid] of numbers(from).entries()) {
        const id = this.#model.made.get(source)?.get(uid)
        assert.ok(id !== undefined, `${source} ${uid} was copied and never seen`)
        this.#model.seen(target, targets[i] ?? 0, id)
      }
    }
    return answer
  }

  async #expunge(): Promise<void> {
    await this.#client.learn()
    if (this.#below(2) === 0) await this.#client.ok('EXPUNGE')
    else await this.#client.ok(this.#named('EXPUNGE', this.#choose(), true))
    await this.#client.learn()
  }

  async #fetch(): Promise<void> {
    const plain = ['(UID FLAGS)', '(UID ENVELOPE)', '(UID BODYSTRUCTURE FLAGS)', '(UID BODY[])', '(UID BODY.PEEK[TEXT]<10.20>)', 'FULL']
    // Who asks for modSeqs is told of them from then on.
    const choice = this.#client.knowledge === 'plain' ? plain : [...plain, '(UID MODSEQ)', '(FLAGS MODSEQ)']
    const items = choice[this.#below(choice.length)] ?? 'FAST'
    const byUid = this.#below(2) === 0
    const answer = await this.#client.run(`${this.#named('FETCH', this.#choose(), byUid)} ${items}`)
    assert.match(answer, byUid ? /^OK/ : /^(?:OK|NO \[EXPUNGEISSUED\])/)
    await this.#client.learn()
  }

  async #search(): Promise<void> {
    const key = ['ALL', 'DELETED', 'UNSEEN FLAGGED', 'KEYWORD $Work', 'NOT SEEN LARGER 500', 'TEXT m1', 'OR DELETED SUBJECT m2'][this.#below(7)] ?? 'ALL'
    await this.#client.ok(`${this.#below(2) === 0 ? 'UID ' : ''}SEARCH ${key}`)
    await this.#client.learn()
  }

  async #idle(): Promise<void> {
    await this.#client.idle(this.#below(40))
    await this.#client.learn()
  }

  #named(command: string, seqs: readonly number[], byUid: boolean): string {
    if (!byUid) return `${command} ${seqs.join(',')}`
    return `UID ${command} ${seqs.map((seq) => this.#client.messages[seq - 1]?.uid).join(',')}`
  }

  #choose(): number[] {
    const { length } = this.#client.messages
    const first = 1 + this.#below(length)
    return Array.from({ length: 1 + this.#below(Math.min(10, length - first + 1)) }, (_, i) => first + i)
  }

  #mailbox(): string {
    return mailboxes[this.#below(mailboxes.length)] ?? 'INBOX'
  }

  #flag(): string {
    return flags[this.#below(flags.length)] ?? '\\Seen'
  }
}

function numbers(set: string): number[] {
  return set.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split(':').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

/** Delivery goes on beside the clients. */
async function deliverUntil(server: ImapUnderTest, model: Model, endsAt: number): Promise<void> {
  while (performance.now() < endsAt) {
    const id = `d${model.delivered.size}`
    model.delivered.add(id)
    await server.deliver(`X-Id: ${id}\r\nSubject: ${id}\r\n\r\n`, server.accountOf('ann'))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function uidsInIndex({ store, accountOf }: ImapUnderTest, name: string): Promise<readonly number[]> {
  const account = accountOf('ann')
  const mailbox = await store.mailbox(account, name)
  const view = mailbox && (await store.view(account, mailbox.mailboxId))
  return [...(view?.uids ?? [])]
}

withEachEngine((engine, open) => {
  for (const processes of [1, 2])
    test(`clients that believe what they are told agree in the end (${engine}, processes: ${processes})`, async (t) => {
      const below = random(processes)
      const server = await startImap(t, { open, ...(processes === 2 && { besideMs: () => below(5) }) })
      const ports = processes === 2 ? [server.port, server.besidePort] : [server.port]
      const model = new Model()
      const opened: TrackingClient[] = []
      for (let i = 0; i < clients; i++)
        opened.push(
          await TrackingClient.open(ports[i % ports.length] ?? 0, {
            name: `c${i}x`,
            user: 'ann',
            observer: model,
            knowledge: knowledge[i % knowledge.length] ?? 'plain',
          }),
        )
      t.after(() => opened.forEach((client) => client.close()))
      for (const name of mailboxes.slice(1)) await opened[0]?.ok(`CREATE ${name}`)

      const endsAt = performance.now() + runMs
      const [commands] = await Promise.all([
        Promise.all(opened.map((client, i) => new Actor(client, model, i + 1).actUntil(endsAt))),
        deliverUntil(server, model, endsAt),
      ])

      assert.deepEqual(server.errors, [])
      // What is still on its way between the processes arrives.
      await sleep(100)
      // What each was told piece by piece is what there is.
      for (const client of opened) {
        await client.ok('NOOP')
        await client.learn()
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
      // Every message made is there once, unless somebody saw it go.
      const [reader] = opened
      assert.ok(reader !== undefined)
      for (const mailbox of mailboxes) {
        await reader.select(mailbox)
        const uids = await uidsInIndex(server, mailbox)
        assert.deepEqual(
          reader.messages.map(({ uid }) => uid),
          uids,
          `${mailbox} as it is shown is as the index has it`,
        )
        assert.deepEqual(new Map(reader.messages.map(({ uid, id }) => [uid, id])), model.expected(mailbox), mailbox)
      }
      const everSeen = new Set([...model.made.values()].flatMap((byUid) => [...byUid.values()]))
      assert.deepEqual(
        [...model.delivered].filter((id) => !everSeen.has(id)),
        [],
        'delivered and never seen',
      )
      t.diagnostic(`${commands.reduce((a, b) => a + b, 0)} commands, ${[...model.made.values()].reduce((sum, made) => sum + made.size, 0)} messages`)
    })
})
