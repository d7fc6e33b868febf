import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** For one reply, on a busy machine. */
const replyMs = 20_000

/** A message as this client was told of it; `uid` 0: not asked for yet. */
export interface TrackedMessage {
  uid: number
  /** Sorted, \Recent left out; undefined: not told yet. */
  flags: string | undefined
  /** X-Id field; undefined: not told yet. */
  id: string | undefined
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

  private constructor(name: string, socket: Socket, observer: Observer) {
    this.name = name
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

  static async open(
    port: number,
    { name, user, observer }: { readonly name: string; readonly user: string; readonly observer: Observer },
  ): Promise<TrackingClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const client = new TrackingClient(name, socket, observer)
    await client.#line()
    await client.ok(`LOGIN ${user} secret`)
    return client
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
        this.#command = ''
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
    this.mailbox = ''
    this.messages = []
    await this.ok(`SELECT ${mailbox}`)
    this.mailbox = mailbox
    await this.learn()
  }

  /** IDLE until something comes or `ms` have passed. */
  async idle(ms: number): Promise<void> {
    const tag = `${this.name}${++this.#tags}`
    this.#command = 'IDLE'
    this.#socket.write(`${tag} IDLE\r\n`)
    assert.match(await this.#line(), /^\+ /)
    await new Promise((resolve) => setTimeout(resolve, ms))
    this.#socket.write('DONE\r\n')
    for (let line = await this.#line(); !line.startsWith(`${tag} `); line = await this.#line()) this.#untagged(line.slice(2))
    this.#command = ''
  }

  /** Asks for UID, flags and X-Id of whatever it does not know. After it, all is known. */
  async learn(): Promise<void> {
    for (let round = 0; this.messages.some((message) => message.uid === 0 || message.id === undefined); round++) {
      assert.ok(round < 50, 'messages that cannot be learnt')
      const first = 1 + this.messages.findIndex((message) => message.uid === 0 || message.id === undefined)
      const answer = await this.run(`FETCH ${first}:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (X-Id)])`)
      if (!answer.startsWith('OK')) assert.match(answer, /^NO \[EXPUNGEISSUED\]/)
      if (!answer.startsWith('OK')) await this.ok('NOOP')
    }
  }

  #untagged(response: string): void {
    const [, number = '', word = '', rest = ''] = /^(\d+) (EXISTS|EXPUNGE|FETCH|RECENT)(?: ([^]*))?$/.exec(response) ?? []
    const seq = Number(number)
    switch (word) {
      case 'EXISTS':
        assert.ok(seq >= this.messages.length, `${this.name}: EXISTS ${seq} of ${this.messages.length} during ${this.#command}`)
        while (this.messages.length < seq) this.messages.push({ uid: 0, flags: undefined, id: undefined })
        return
      case 'EXPUNGE':
        this.#expunge(seq)
        return
      case 'FETCH':
        this.#fetch(seq, rest)
        return
      default: {
        const code = /^OK \[([^\]]*)\]/.exec(response)?.[1]
        if (code !== undefined) this.#codes.push(code)
        assert.ok(!response.startsWith('BYE'), `${this.name}: ${response}`)
      }
    }
  }

  #expunge(seq: number): void {
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
    if (flags !== undefined) {
      const all = flags.split(' ').filter((flag) => flag !== '')
      // Flags may be told of a message whose UID was not asked for yet.
      if (uid > 0 && all.includes('\\Recent')) this.#observer.recent(this.mailbox, uid, this)
      message.flags = all
        .filter((flag) => flag !== '\\Recent')
        .sort()
        .join(' ')
    }
    const id = /^X-Id: (\S+)/m.exec(items)?.[1]
    if (id === undefined) return
    assert.ok(message.id === undefined || message.id === id, `${this.name}: the message at ${seq} became another one`)
    message.id = id
    this.#observer.seen(this.mailbox, uid, id)
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
