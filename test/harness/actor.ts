import assert from 'node:assert/strict'
import type { Observer, TrackingClient } from './tracking-client.ts'

/** Of each client, however busy the machine is. */
const fewestCommands = 20
/** All but INBOX have to be made. */
export const mailboxes = ['INBOX', 'a', 'b'] as const
const flags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$Work', 'Later'] as const

/** What exists, by UID, as the answers of all clients tell it. */
export class Model implements Observer {
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
export function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % below
  }
}

/** A client that does at random what clients do. */
export class Actor {
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
