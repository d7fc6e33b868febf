import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { formatUidRanges, parseUidRanges, uidRanges } from '../../src/store/uid-ranges.ts'

/** For one reply, on a busy machine. */
const replyMs = 20_000

/** A message as this client was told of it; `uid` 0: not asked for yet. */
export interface TrackedMessage {
  uid: number
  /** Sorted, \Recent left out; undefined: not told yet. */
  flags: string | undefined
  /** X-Id field; undefined: not told yet. */
  id: string | undefined
  /** As of `flags`; undefined: not told. */
  modSeq: number | undefined
}

/** What a client enables (RFC 7162). */
export type Knowledge = 'plain' | 'CONDSTORE' | 'QRESYNC'

/** What a client keeps of a mailbox that it leaves. */
interface Kept {
  readonly uidValidity: number
  readonly highestModSeq: number
  readonly messages: Map<number, TrackedMessage>
}

interface ClientOptions {
  readonly name: string
  readonly user: string
  readonly password?: string
  readonly observer: Observer
  readonly knowledge?: Knowledge
  readonly notified?: boolean
}

/** What the client learns that concerns others too. */
export interface Observer {
  /** EXPUNGE of a message whose UID it knew. */
  removed(mailbox: string, uid: number): void
  /** It was told \Recent for this message. */
  recent(mailbox: string, uid: number, client: TrackingClient): void
  /** UID and X-Id of a message belong together. */
  seen(mailbox: string, uid: number, id: string): void
}

/**
 * An IMAP client that believes what it is told, and nothing else: it keeps the mailbox by untagged responses alone and fails
 * when the server contradicts itself or sends what RFC 9051 7.5.1 does not allow now.
 */
export class TrackingClient {
  readonly name: string
  readonly knowledge: Knowledge
  /** It has asked by NOTIFY to be told what happens in all mailboxes. */
  readonly notified: boolean
  readonly #socket: Socket
  readonly #observer: Observer
  #text = ''
  #closed = false
  #changed: (() => void) | undefined
  #tags = 0
  #command = ''
  #codes: string[] = []
  mailbox = ''
  uidValidity = 0
  messages: TrackedMessage[] = []
  /** What it would ask about after a cut (RFC 7162 3.1.2.1): what a HIGHESTMODSEQ said last, or the greatest modSeq that a command brought. */
  highestModSeq = 0
  #greatestModSeq = 0
  #toldHighest: number | undefined
  readonly #kept = new Map<string, Kept>()
  /** UIDs that VANISHED named since the mailbox was opened. */
  readonly #vanished = new Set<number>()
  #selecting: Kept | undefined
  #isSelected = false
  /** Messages in mailboxes that are not selected, as it was told by STATUS or has done itself (RFC 5465 5). */
  readonly counts = new Map<string, number>()

  private constructor(socket: Socket, { name, knowledge, notified = false, observer }: Omit<ClientOptions, 'user' | 'password'>) {
    this.name = name
    this.knowledge = knowledge ?? 'plain'
    this.notified = notified
    this.#socket = socket
    this.#observer = observer
    socket.on('data', (octets: Buffer) => {
      this.#text += octets.toString('latin1')
      this.#changed?.()
    })
    for (const event of ['error', 'close']) {
      socket.on(event, () => {
        this.#closed = true
        this.#changed?.()
      })
    }
  }

  static async open(port: number, options: ClientOptions): Promise<TrackingClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const client = new TrackingClient(socket, options)
    await client.#line()
    await client.ok(`LOGIN ${options.user} ${options.password ?? 'secret'}`)
    if (client.knowledge !== 'plain') await client.ok(`ENABLE ${client.knowledge}`)
    if (client.notified) await client.#notify()
    return client
  }

  async #notify(): Promise<void> {
    const modSeq = this.knowledge === 'plain' ? '' : 'MODSEQ '
    const fresh = `(UID FLAGS ${modSeq}BODY.PEEK[HEADER.FIELDS (X-Id)])`
    await this.ok(
      `NOTIFY SET STATUS (selected-delayed (MessageNew ${fresh} MessageExpunge FlagChange)) (personal (MessageNew MessageExpunge FlagChange MailboxName))`,
    )
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Sends a command; the text of its tagged answer: "OK …". */
  async run(command: string): Promise<string> {
    const tag = `${this.name}${++this.#tags}`
    this.#command = command
    this.#socket.write(Buffer.from(`${tag} ${command}\r\n`, 'latin1'))
    for (;;) {
      const line = await this.#line()
      if (line.startsWith(`${tag} `)) {
        this.#code(/^\S+ OK \[([^\]]*)\]/.exec(line)?.[1] ?? '')
        if (command === 'UNSELECT') this.#left()
        this.#command = ''
        this.#ended()
        return line.slice(tag.length + 1)
      }
      if (line.startsWith('* ')) this.#untagged(line.slice(2))
      else assert.fail(`${this.name}: ${command}: ${line}`)
    }
  }

  /** The same, with the response codes that came, tagged or not. */
  async runForCodes(command: string): Promise<{ readonly answer: string; readonly codes: readonly string[] }> {
    this.#codes = []
    const answer = await this.run(command)
    const tagged = /^OK \[([^\]]*)\]/.exec(answer)?.[1]
    return { answer, codes: tagged === undefined ? this.#codes : [...this.#codes, tagged] }
  }

  async ok(command: string): Promise<string> {
    const answer = await this.run(command)
    assert.match(answer, /^OK/, `${this.name}: ${command}`)
    return answer
  }

  async select(mailbox: string): Promise<void> {
    // What is told before SELECT is done is of the mailbox before it.
    if (this.notified && this.#isSelected) await this.ok('UNSELECT')
    if (this.knowledge === 'QRESYNC' && this.mailbox !== '') this.#keep()
    const kept = this.#kept.get(mailbox)
    this.mailbox = ''
    this.messages = []
    this.#vanished.clear()
    this.#selecting = kept
    const answer = await this.ok(`SELECT ${mailbox}${kept === undefined ? '' : qresync(kept)}`)
    assert.match(answer, /^OK \[READ-WRITE\]/)
    this.#selecting = undefined
    this.mailbox = mailbox
    this.#isSelected = true
    const selectedAt = this.highestModSeq
    if (kept !== undefined) for (const message of this.messages) message.id = kept.messages.get(message.uid)?.id
    await this.learn()
    if (kept !== undefined) this.#compare(kept, selectedAt)
  }

  #left(): void {
    this.#isSelected = false
    if (this.notified) this.counts.set(this.mailbox, this.messages.length)
  }

  #keep(): void {
    const { uidValidity, highestModSeq } = this
    const messages = new Map(this.messages.filter(({ uid }) => uid > 0).map((message) => [message.uid, { ...message }]))
    this.#kept.set(this.mailbox, { uidValidity, highestModSeq, messages })
  }

  /** Whether what was kept, with what SELECT told, is what there is: but for what happened since (past `selectedAt`). */
  #compare({ messages }: Kept, selectedAt: number): void {
    const there = new Map(this.messages.map((message) => [message.uid, message]))
    for (const [uid, kept] of messages) {
      const message = there.get(uid)
      if (message === undefined) {
        assert.ok(this.#vanished.has(uid), `${this.name}: UID ${uid} of ${this.mailbox} went, and SELECT did not say so`)
        continue
      }
      if (kept.modSeq === undefined || kept.flags === undefined || (message.modSeq ?? 0) > selectedAt) continue
      assert.deepEqual([message.modSeq, message.flags], [kept.modSeq, kept.flags], `${this.name}: what SELECT told of UID ${uid} of ${this.mailbox}`)
    }
  }

  /** IDLE until something comes or `ms` have passed. */
  async idle(ms: number): Promise<void> {
    const tag = `${this.name}${++this.#tags}`
    this.#command = 'IDLE'
    this.#socket.write(`${tag} IDLE\r\n`)
    for (let line = await this.#line(); !line.startsWith('+ '); line = await this.#line()) {
      assert.ok(this.notified && line.startsWith('* '), `${this.name}: IDLE: ${line}`)
      this.#untagged(line.slice(2))
    }
    await new Promise((resolve) => setTimeout(resolve, ms))
    this.#socket.write('DONE\r\n')
    for (let line = await this.#line(); !line.startsWith(`${tag} `); line = await this.#line()) this.#untagged(line.slice(2))
    this.#command = ''
    this.#ended()
  }

  /** Asks for UID, flags and X-Id of whatever it does not know. After it, all is known. */
  async learn(): Promise<void> {
    for (let round = 0; this.messages.some((message) => message.uid === 0 || message.id === undefined); round++) {
      assert.ok(round < 50, 'messages that cannot be learnt')
      const first = 1 + this.messages.findIndex((message) => message.uid === 0 || message.id === undefined)
      const modSeq = this.knowledge === 'plain' ? '' : 'MODSEQ '
      const answer = await this.run(`FETCH ${first}:* (UID FLAGS ${modSeq}BODY.PEEK[HEADER.FIELDS (X-Id)])`)
      if (!answer.startsWith('OK')) assert.match(answer, /^NO \[EXPUNGEISSUED\]/)
      if (!answer.startsWith('OK')) await this.ok('NOOP')
    }
  }

  #untagged(response: string): void {
    const [, number = '', word = '', rest = ''] = /^(\d+) (EXISTS|EXPUNGE|FETCH|RECENT)(?: ([^]*))?$/.exec(response) ?? []
    const seq = Number(number)
    if (response.startsWith('VANISHED ')) {
      this.#vanish(response)
      return
    }
    switch (word) {
      case 'EXISTS':
        assert.ok(seq >= this.messages.length, `${this.name}: EXISTS ${seq} of ${this.messages.length} during ${this.#command}`)
        while (this.messages.length < seq) this.messages.push({ uid: 0, flags: undefined, id: undefined, modSeq: undefined })
        return
      case 'EXPUNGE':
        this.#expunge(seq)
        return
      case 'FETCH':
        this.#fetch(seq, rest)
        return
      default: {
        const code = /^OK \[([^\]]*)\]/.exec(response)?.[1]
        if (this.notified) this.#notified(response)
        if (code !== undefined) this.#codes.push(code)
        this.#code(code ?? '')
        assert.ok(!response.startsWith('BYE'), `${this.name}: ${response}`)
      }
    }
  }

  #code(code: string): void {
    const [, name, value] = /^(HIGHESTMODSEQ|UIDVALIDITY) (\d+)$/.exec(code) ?? []
    if (name === 'HIGHESTMODSEQ') this.#toldHighest = Number(value)
    if (name === 'UIDVALIDITY') this.uidValidity = Number(value)
    if (this.notified) this.#countOwn(code)
  }

  /** What it does itself in another mailbox it is not told. */
  #countOwn(code: string): void {
    const [, uids = ''] = /^(?:APPENDUID \d+|COPYUID \d+ \S+) (\S+)$/.exec(code) ?? []
    const [, target = ''] = /^(?:APPEND|(?:UID )?(?:COPY|MOVE) \S+) (\S+)/.exec(this.#command) ?? []
    const before = this.counts.get(target)
    if (uids === '' || before === undefined || (this.#isSelected && target === this.mailbox)) return
    const added = parseUidRanges(uids).reduce((sum, [first, last]) => sum + last - first + 1, 0)
    this.counts.set(target, before + added)
  }

  /** STATUS and LIST that nobody asked for. */
  #notified(response: string): void {
    const [, made = ''] = /^LIST \([^)]*\) "\/" "([^"]*)"$/.exec(response) ?? []
    if (made !== '') this.counts.set(made, 0)
    const [, mailbox = '', messages] = /^STATUS "([^"]*)" \((?:MESSAGES (\d+))?/.exec(response) ?? []
    if (mailbox === '') return
    assert.ok(!this.#isSelected || mailbox !== this.mailbox, `${this.name}: ${response} of the selected mailbox`)
    if (messages !== undefined) this.counts.set(mailbox, Number(messages))
  }

  #ended(): void {
    this.highestModSeq = this.#toldHighest ?? Math.max(this.highestModSeq, this.#greatestModSeq)
    this.#toldHighest = undefined
    this.#greatestModSeq = 0
  }

  /** VANISHED with EARLIER is about what was kept, without it about what is shown now (RFC 7162 3.2.10). */
  #vanish(response: string): void {
    assert.equal(this.knowledge, 'QRESYNC', `${this.name}: ${response}`)
    const [, earlier, set = ''] = /^VANISHED (\(EARLIER\) )?([\d:,]+)$/.exec(response) ?? []
    assert.notEqual(set, '', `${this.name}: ${response}`)
    if (earlier === undefined) {
      assert.ok(this.#command !== '' && !/^(?:FETCH|STORE|SEARCH) /.test(this.#command), `${this.name}: VANISHED during ${this.#command}`)
    }
    for (const [first, last] of parseUidRanges(set)) {
      for (let uid = first; uid <= last; uid++) {
        if (earlier === undefined) this.#remove(uid)
        else assert.ok(this.#selecting?.messages.delete(uid), `${this.name}: UID ${uid} vanished earlier, and was not asked for`)
      }
    }
  }

  #remove(uid: number): void {
    this.#vanished.add(uid)
    let index = this.messages.findIndex((message) => message.uid === uid)
    if (index < 0) {
      // One of those that it has not asked about: whichever, it knows nothing of them for sure any more.
      const after = this.messages.findLastIndex((message) => message.uid > 0 && message.uid < uid)
      index = this.messages.findIndex((message, i) => i > after && message.uid === 0)
      for (const message of this.messages) if (message.uid === 0) message.flags = message.id = message.modSeq = undefined
    }
    assert.ok(index >= 0, `${this.name}: UID ${uid} vanished, and was not there`)
    this.messages.splice(index, 1)
    this.#observer.removed(this.mailbox, uid)
  }

  #expunge(seq: number): void {
    assert.notEqual(this.knowledge, 'QRESYNC', `${this.name}: EXPUNGE after ENABLE QRESYNC`)
    assert.ok(!/^(?:FETCH|STORE|SEARCH) /.test(this.#command), `${this.name}: EXPUNGE during ${this.#command}`)
    assert.notEqual(this.#command, '', `${this.name}: EXPUNGE without a command`)
    const [message] = this.messages.splice(seq - 1, 1)
    assert.ok(message !== undefined, `${this.name}: EXPUNGE ${seq} of ${this.messages.length}`)
    if (message.uid > 0) this.#observer.removed(this.mailbox, message.uid)
  }

  #fetch(seq: number, items: string): void {
    const message = this.messages[seq - 1]
    assert.ok(message !== undefined, `${this.name}: FETCH ${seq} of ${this.messages.length}`)
    const uid = Number(/\bUID (\d+)/.exec(items)?.[1] ?? message.uid)
    assert.ok(message.uid === 0 || message.uid === uid, `${this.name}: UID ${message.uid} became ${uid} at ${seq} during ${this.#command}`)
    message.uid = uid
    const before = this.messages[seq - 2]?.uid ?? 0
    assert.ok(before < uid || uid === 0, `${this.name}: UIDs ${before}, ${uid} do not ascend`)
    const flags = /FLAGS \(([^)]*)\)/.exec(items)?.[1]
    this.#modSeq(message, items, flags !== undefined)
    if (flags !== undefined) {
      const all = flags.split(' ').filter((flag) => flag !== '')
      // Flags may be told of a message whose UID was not asked for yet.
      if (uid > 0 && all.includes('\\Recent')) this.#observer.recent(this.mailbox, uid, this)
      message.flags = all
        .filter((flag) => flag !== '\\Recent')
        .sort()
        .join(' ')
      const kept = this.#selecting?.messages.get(uid)
      if (kept !== undefined) this.#selecting?.messages.set(uid, { ...kept, flags: message.flags })
    }
    const id = /^X-Id: (\S+)/m.exec(items)?.[1]
    if (id === undefined) return
    assert.ok(message.id === undefined || message.id === id, `${this.name}: the message at ${seq} became another one`)
    message.id = id
    this.#observer.seen(this.mailbox, uid, id)
  }

  /** modSeqs ascend, and stand in every response that was not asked for without (RFC 7162 3.2.4). */
  #modSeq(message: TrackedMessage, items: string, hasFlags: boolean): void {
    const told = /\bMODSEQ \((\d+)\)/.exec(items)?.[1]
    if (this.knowledge !== 'plain' && !/^(?:UID )?FETCH /.test(this.#command)) {
      assert.ok(told !== undefined && /\bUID \d+/.test(items), `${this.name}: ${items} during ${this.#command}`)
    }
    if (told === undefined) {
      if (hasFlags) message.modSeq = undefined
      return
    }
    const modSeq = Number(told)
    assert.ok(modSeq >= (message.modSeq ?? 0), `${this.name}: MODSEQ ${message.modSeq} became ${modSeq} during ${this.#command}`)
    // The new flags come with it, or are what the client itself has just made of them.
    if (modSeq !== message.modSeq && !hasFlags) message.flags = undefined
    message.modSeq = modSeq
    this.#greatestModSeq = Math.max(this.#greatestModSeq, modSeq)
    const kept = this.#selecting?.messages.get(message.uid)
    if (kept !== undefined) this.#selecting?.messages.set(message.uid, { ...kept, modSeq, flags: undefined })
  }

  /** A reply with its literals, without the last CRLF. */
  async #line(): Promise<string> {
    for (;;) {
      const end = replyEnd(this.#text)
      if (end >= 0) {
        const reply = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return reply
      }
      assert.ok(!this.#closed, `${this.name}: closed during ${this.#command}`)
      const { promise, resolve } = Promise.withResolvers<boolean>()
      this.#changed = () => resolve(true)
      const timer = setTimeout(() => resolve(false), replyMs)
      const changed = await promise
      clearTimeout(timer)
      assert.ok(changed, `${this.name}: no reply to ${this.#command} within ${replyMs} ms`)
    }
  }
}

/** The UIDs that it knows, and at which places they were. */
function qresync({ uidValidity, highestModSeq, messages }: Kept): string {
  const uids = formatUidRanges(uidRanges(messages.keys()))
  if (uids === '') return ` (QRESYNC (${uidValidity} ${highestModSeq}))`
  return ` (QRESYNC (${uidValidity} ${highestModSeq} ${uids} (1:${messages.size} ${uids})))`
}

function replyEnd(text: string): number {
  for (let from = 0; ; ) {
    const end = text.indexOf('\r\n', from)
    if (end < 0) return -1
    const literal = /\{(\d+)\}$/.exec(text.slice(Math.max(from, end - 20), end))
    if (literal === null) return end
    from = end + 2 + Number(literal[1])
    if (from > text.length) return -1
  }
}
