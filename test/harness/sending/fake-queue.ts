import { parseAddress } from '../../../src/mail/address.ts'
import { formatRemoteReply } from '../../../src/mail/remote-reply.ts'
import type { QueueId } from '../../../src/mail/ids.ts'
import type { OutgoingEnvelope, OutgoingName, OutgoingRecipient } from '../../../src/mail/outgoing.ts'
import type { Deferral, Due, DueRecipient, OutgoingReport, Queue, RecipientEnd, Way } from '../../../src/queue/queue.ts'
import type { Trouble } from '../../../src/queue/trouble.ts'

interface Waiting {
  readonly message: Message
  readonly destination: string
  recipient: DueRecipient
  nextMs: number
}

type Message = Omit<OutgoingEnvelope, 'recipients'> & OutgoingName & { readonly acceptedAtMs: number; readonly text: string }

/** The port in memory, that notes what it is told. */
export class FakeQueue implements Queue {
  /** "ben@b.example delivered 250 ok", "… wait listed", with the relay, the host and how it was secured behind a bar. */
  readonly told: string[] = []
  readonly reports: OutgoingReport[] = []
  readonly #waiting: Waiting[] = []
  readonly #heard = new Set<() => void>()
  #count = 0
  taken = 0

  add(recipients: readonly (string | OutgoingRecipient)[], more: Partial<Message> = {}): Message {
    const message: Message = {
      ...{ kind: 'submitted', class: 'paid', originator: { accountId: undefined, addressId: 1, customerId: 1 }, reversePath: 'ann@a.example' },
      ...{ utf8: false, eightBit: false, requireTls: false, priority: 0, acceptedAtMs: 0, text: 'Subject: Lunch\r\n\r\nhello\r\n' },
      ...{ queueId: `Q${++this.#count}` as QueueId, number: 0, ...more },
    }
    recipients.forEach((one, index) => {
      const recipient = typeof one === 'string' ? { address: one } : one
      const destination = parseAddress(recipient.address)?.domain ?? ''
      this.#waiting.push({ message, destination, recipient: { ...recipient, index, attempts: 0, delayTold: false, listedRelays: [] }, nextMs: 0 })
    })
    for (const heard of this.#heard) heard()
    return message
  }

  /** Recipients that are not through. */
  get left(): readonly DueRecipient[] {
    return this.#waiting.map(({ recipient }) => recipient)
  }

  nextMs(): readonly number[] {
    return this.#waiting.map((one) => one.nextMs)
  }

  async take({ nowMs, leaseMs, maxRecipients, except }: Parameters<Queue['take']>[0]): Promise<Due[]> {
    const dues = new Map<string, Due & { recipients: DueRecipient[] }>()
    for (const one of this.#waiting.filter(({ nextMs, destination }) => nextMs <= nowMs && !except.has(destination)).slice(0, maxRecipients)) {
      const { message, destination, recipient } = one
      const key = `${message.queueId} ${destination}`
      const due = dues.get(key) ?? { ...message, sizeBytes: message.text.length, destination, recipients: [], leasedUntilMs: nowMs + leaseMs }
      due.recipients.push(recipient)
      dues.set(key, due)
      one.nextMs = nowMs + leaseMs
      this.taken += 1
    }
    return [...dues.values()]
  }

  async nextDueMs(except: ReadonlySet<string>): Promise<number | undefined> {
    const times = this.#waiting.filter(({ destination }) => !except.has(destination)).map(({ nextMs }) => nextMs)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  onDue(heard: () => void): () => void {
    this.#heard.add(heard)
    return () => this.#heard.delete(heard)
  }

  async lease(leased: readonly (OutgoingName & { readonly indexes: readonly number[] })[], untilMs: number): Promise<void> {
    for (const { indexes, ...name } of leased) for (const index of indexes) this.#find(name, index, (one) => (one.nextMs = untilMs))
  }

  async *text(name: OutgoingName): AsyncIterable<Buffer> {
    yield Buffer.from(this.#waiting.find(({ message }) => message.queueId === name.queueId)?.message.text ?? '')
  }

  async settle(name: OutgoingName, ends: ReadonlyMap<number, RecipientEnd>, way: Way, report?: OutgoingReport): Promise<void> {
    for (const [index, end] of ends) {
      this.#find(name, index, (one) => {
        this.#waiting.splice(this.#waiting.indexOf(one), 1)
        const what = end.end === 'failed' ? `failed ${troubleText(end.trouble)}` : `${end.end} ${formatRemoteReply(end.reply)}`
        this.told.push(`${one.recipient.address} ${what} | ${wayText(way)}`)
      })
    }
    if (report !== undefined) this.reports.push(report)
  }

  async arrive(): Promise<void> {
    throw new TypeError('nothing of it is for mailboxes here')
  }

  async defer(name: OutgoingName, deferrals: ReadonlyMap<number, Deferral>, way: Way, report?: OutgoingReport): Promise<void> {
    for (const [index, { trouble, nextAttemptMs, listedRelays }] of deferrals) {
      this.#find(name, index, (one) => {
        const { recipient } = one
        one.recipient = { ...recipient, attempts: recipient.attempts + 1, delayTold: recipient.delayTold || report !== undefined, listedRelays }
        one.nextMs = nextAttemptMs
        this.told.push(`${recipient.address} waits ${troubleText(trouble)} | ${wayText(way)}`)
      })
    }
    if (report !== undefined) this.reports.push(report)
  }

  #find({ queueId }: OutgoingName, index: number, found: (one: Waiting) => void): void {
    const one = this.#waiting.find(({ message, recipient }) => message.queueId === queueId && recipient.index === index)
    if (one !== undefined) found(one)
  }
}

function troubleText(trouble: Trouble): string {
  return trouble.by === 'answer' ? `${trouble.reason}: ${formatRemoteReply(trouble.reply)}` : `${trouble.what} ${trouble.enhanced}`
}

function wayText({ relay, host, ip, tls }: Way): string {
  return [relay, host ?? '-', ip ?? '-', tls].join(' ')
}
