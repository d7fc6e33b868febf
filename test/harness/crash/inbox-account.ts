import assert from 'node:assert/strict'
import type { Random } from '../random.ts'
import type { Fetched, ImapSession } from './imap-session.ts'
import { type Sent, sender } from './smtp-sender.ts'
import { readMessage } from './test-message.ts'

interface Place {
  readonly mailbox: string
  readonly uid: number
  readonly sizeBytes: number
}

type Doing = { readonly id: string; readonly kind: 'move' | 'flag' | 'expunge' }

const mailboxes = ['INBOX', 'Archive'] as const

/**
 * An account that gets mail while a client moves, flags and expunges it. Each message that got its 250 is in one of its mailboxes, once, unless
 * it was expunged.
 */
export class InboxAccount {
  readonly name: string
  readonly #random: Random
  readonly #expected = new Map<string, Sent>()
  readonly #places = new Map<string, Place>()
  readonly #expunged = new Set<string>()
  readonly #flagged = new Set<string>()
  /** Every UID ever seen; none is given twice. */
  readonly #uids = new Map<string, string>()
  readonly #validities = new Map<string, number>()
  #doing: Doing | undefined
  done = 0

  constructor(name: string, random: Random) {
    this.name = name
    this.#random = random
  }

  /** The message has this account among its recipients. */
  expect(sent: Sent): void {
    this.#expected.set(sent.message.id, sent)
  }

  get accepted(): number {
    return [...this.#expected.values()].filter((sent) => this.#isPromised(sent)).length
  }

  #isPromised({ queueId, refusedRecipients }: Sent): boolean {
    return queueId !== undefined && refusedRecipients?.has(this.name) !== true
  }

  /** `everything`: also octets that were compared before. */
  async check(session: ImapSession, everything = false): Promise<void> {
    const found = new Map<string, { place: Place; flags: readonly string[] }>()
    for (const mailbox of mailboxes) {
      const { uidValidity, uidNext } = await session.select(mailbox)
      assert.equal(uidValidity, this.#validities.get(mailbox) ?? uidValidity, `${this.name}: UIDVALIDITY of ${mailbox}`)
      this.#validities.set(mailbox, uidValidity)
      const messages = uidNext > 1 ? await session.fetch('1:*') : []
      await this.#compareOctets(session, mailbox, everything ? messages : messages.filter(({ uid }) => !this.#uids.has(`${mailbox}:${uid}`)))
      for (const { uid, sizeBytes, flags } of messages) {
        const id = this.#uids.get(`${mailbox}:${uid}`) ?? ''
        assert.ok(uid < uidNext, `${this.name}: ${mailbox} has UID ${uid}, UIDNEXT is ${uidNext}`)
        assert.ok(!found.has(id), `${this.name}: ${id} is there twice`)
        found.set(id, { place: { mailbox, uid, sizeBytes }, flags })
      }
    }
    for (const [id, sent] of this.#expected) this.#compare(id, sent, found.get(id))
    this.#doing = undefined
    for (const [id, { place, flags }] of found) {
      this.#places.set(id, place)
      if (flags.includes('\\Flagged')) this.#flagged.add(id)
    }
  }

  /** Until the server is gone. */
  async work(session: ImapSession): Promise<never> {
    let selected = ''
    for (;;) {
      const candidates = [...this.#places].filter(([id]) => !this.#expunged.has(id))
      if (candidates.length === 0) {
        await session.ok('NOOP')
        continue
      }
      const [id, place] = this.#random.pick(candidates)
      if (selected !== place.mailbox) await session.select((selected = place.mailbox))
      await this.#change(session, id, place)
      this.#doing = undefined
      this.done++
    }
  }

  async #change(session: ImapSession, id: string, place: Place): Promise<void> {
    const dice = this.#random.next()
    if (dice < 0.45) {
      const to = place.mailbox === 'INBOX' ? 'Archive' : 'INBOX'
      this.#doing = { id, kind: 'move' }
      const { lines } = await session.ok(`UID MOVE ${place.uid} "${to}"`)
      const [, uid] = /\[COPYUID \d+ \d+ (\d+)\]/.exec(lines.join('\n')) ?? []
      assert.ok(uid !== undefined, lines.join('\n'))
      this.#remember(to, Number(uid), id)
      this.#places.set(id, { ...place, mailbox: to, uid: Number(uid) })
    } else if (dice < 0.75) {
      this.#doing = { id, kind: 'flag' }
      await session.ok(`UID STORE ${place.uid} +FLAGS.SILENT (\\Flagged)`)
      this.#flagged.add(id)
    } else {
      this.#doing = { id, kind: 'expunge' }
      await session.ok(`UID STORE ${place.uid} +FLAGS.SILENT (\\Deleted)`)
      await session.ok(`UID EXPUNGE ${place.uid}`)
      this.#expunged.add(id)
      this.#places.delete(id)
    }
  }

  async #compareOctets(session: ImapSession, mailbox: string, messages: readonly Fetched[]): Promise<void> {
    // Not all at once: a mailbox may be larger than memory.
    for (let at = 0; at < messages.length; at += 100) {
      const uids = messages.slice(at, at + 100).map(({ uid }) => uid)
      for (const { uid, octets } of await session.fetch(uids.join(), { octets: true })) {
        assert.ok(octets !== undefined)
        const { id, prefix, octets: received } = readMessage(octets)
        const sent = this.#expected.get(id)
        assert.ok(sent !== undefined, `${this.name}: nobody sent ${id} here`)
        assert.ok(received.equals(sent.message.octets), `${this.name}: ${id} byte for byte`)
        const judged = '(?:(?:Authentication-Results:|X-Spam-|List-|Precedence:|[\\t ])[^\\r]*\\r\\n)*'
        assert.match(prefix, new RegExp(`^Return-Path: <${sender}>\r\n${judged}Received: from [^]* id ${sent.queueId ?? '\\w+'}[^]*\r\n$`))
        this.#remember(mailbox, uid, id)
      }
    }
  }

  #remember(mailbox: string, uid: number, id: string): void {
    const key = `${mailbox}:${uid}`
    assert.equal(this.#uids.get(key) ?? id, id, `${this.name}: UID ${uid} of ${mailbox} was given twice`)
    this.#uids.set(key, id)
  }

  #compare(id: string, sent: Sent, found: { readonly place: Place; readonly flags: readonly string[] } | undefined): void {
    const before = this.#places.get(id)
    const doing = this.#doing?.id === id ? this.#doing.kind : undefined
    if (this.#expunged.has(id)) {
      assert.equal(found, undefined, `${this.name}: ${id} was expunged and is back`)
      return
    }
    if (found === undefined) {
      if (doing === 'expunge') {
        this.#expunged.add(id)
        this.#places.delete(id)
        return
      }
      assert.ok(before === undefined, `${this.name}: ${id} is gone from ${before?.mailbox}, UID ${before?.uid}`)
      assert.ok(!this.#isPromised(sent), `${this.name}: ${id} got its 250 and is not there`)
      return
    }
    if (before !== undefined && doing !== 'move') assert.deepEqual(found.place, before, `${this.name}: place of ${id}`)
    if (this.#flagged.has(id)) assert.ok(found.flags.includes('\\Flagged'), `${this.name}: ${id} is flagged`)
  }
}
