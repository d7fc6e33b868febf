import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { SignIn } from '../../src/auth/sign-in.ts'
import { silent } from '../../src/base/log.ts'
import type { AccountId, EmailId, MailboxId, ModSeq, Uid } from '../../src/mail/ids.ts'
import type { MaildropStore } from '../../src/pop3/maildrop.ts'
import { pop3Server } from '../../src/pop3/server.ts'
import type { Pop3Dependencies } from '../../src/pop3/session.ts'
import type { Mailbox, Message } from '../../src/store/mailbox.ts'
import { listen } from '../../src/wire/listen.ts'
import { Player } from './play.ts'
import { passwordSignIn } from './sign-in.ts'

const annsAccount = 7 as AccountId
const inboxId = 3 as MailboxId
const uidValidity = 1234

/** An inbox of these messages; UIDs 10, 20, 30 … */
export class FakeStore implements MaildropStore {
  readonly messagesByUid = new Map<number, Buffer>()
  readonly expunged: unknown[] = []
  fault: Error | undefined
  refuse = false

  constructor(messages: readonly string[]) {
    for (const [index, message] of messages.entries()) this.messagesByUid.set((index + 1) * 10, Buffer.from(message, 'latin1'))
  }

  mailbox(accountId: AccountId, name: string): Promise<Mailbox> {
    assert.deepEqual([accountId, name], [annsAccount, 'INBOX'])
    const sizeBytes = [...this.messagesByUid.values()].reduce((sum, message) => sum + message.length, 0)
    const messages = this.messagesByUid.size
    return Promise.resolve({
      mailboxId: inboxId,
      name,
      specialUse: null,
      subscribed: true,
      uidValidity,
      uidNext: 1000 as Uid,
      recentFrom: 1 as Uid,
      messages,
      unseen: 0,
      sizeBytes,
      highestModSeq: 1 as ModSeq,
    })
  }

  async view(accountId: AccountId, mailboxId: MailboxId) {
    assert.equal(mailboxId, inboxId)
    const mailbox = await this.mailbox(accountId, 'INBOX')
    const uids = Uint32Array.from(this.messagesByUid.keys())
    return {
      mailbox,
      uids,
      system: new Uint8Array(uids.length),
      keywords: new Uint32Array(uids.length),
      keywordSets: [''],
      modSeqs: new Float64Array(uids.length),
    }
  }

  async *messages(_accountId: AccountId, _mailboxId: MailboxId, ranges: readonly (readonly [number, number])[]): AsyncIterable<readonly Message[]> {
    await Promise.resolve()
    if (this.fault !== undefined) throw this.fault
    const uids = [...this.messagesByUid.keys()].filter((uid) => ranges.some(([first, last]) => uid >= first && uid <= last))
    for (let from = 0; from < uids.length; from += 3) yield uids.slice(from, from + 3).map((uid) => this.#message(uid))
  }

  read(body: Message['body'], start: number, end: number): Promise<Uint8Array> {
    if (this.fault !== undefined) return Promise.reject(this.fault)
    const octets = this.messagesByUid.get(body.location.offset)
    assert.ok(octets !== undefined && start >= 0 && end <= octets.length)
    return Promise.resolve(octets.subarray(start, end))
  }

  expunge(_accountId: AccountId, _mailboxId: MailboxId, ranges: readonly (readonly [number, number])[], options: { deletedOnly: boolean }) {
    if (this.fault !== undefined) return Promise.reject(this.fault)
    if (this.refuse) return Promise.resolve({ refused: 'no-such-mailbox' as const })
    this.expunged.push(ranges, options)
    const uids = [...this.messagesByUid.keys()].filter((uid) => ranges.some(([first, last]) => uid >= first && uid <= last))
    for (const uid of uids) this.messagesByUid.delete(uid)
    return Promise.resolve({ done: { modSeq: 2 as ModSeq, uids: uids as Uid[] } })
  }

  #message(uid: number): Message {
    const sizeBytes = this.messagesByUid.get(uid)?.length ?? 0
    const none = new Uint8Array()
    const body = { location: { segment: 1, offset: uid }, prefixStart: 0, prefixLength: 0, octetsStart: 0, octetsLength: sizeBytes }
    return {
      uid: uid as Uid,
      emailId: uid as EmailId,
      system: 0,
      keywords: '',
      modSeq: 1 as ModSeq,
      internalDateMs: 0,
      savedAtMs: 0,
      origin: { accountId: 1 as AccountId, emailId: uid as unknown as EmailId },
      sizeBytes,
      envelope: none,
      bodyStructure: none,
      parts: none,
      body,
    }
  }
}

export const signIn: SignIn = passwordSignIn({
  plaintextAllowed: () => true,
  withPassword(username, password, from) {
    assert.equal(from.protocol, 'pop3')
    if (username === 'locked@a.example') return Promise.resolve({ refused: 'locked' })
    if (username === 'hasty@a.example') return Promise.resolve({ refused: 'throttled' })
    if (username === 'unlucky@a.example') return Promise.resolve({ refused: 'unavailable' })
    const right = username === 'ann@a.example' && password === 'fish & chips'
    return Promise.resolve(right ? { signedIn: { accountId: annsAccount, address: { localPart: 'ann', domain: 'a.example' } } } : { refused: 'credentials' })
  },
})

/** A POP3 server alone over this store, and somebody who talks to it. */
export async function serve(context: TestContext, store: FakeStore, options: Partial<Pop3Dependencies> = {}): Promise<Player> {
  const port = await serverPort(context, store, options)
  const player = await Player.connect(port)
  context.after(() => player.close())
  return player
}

export async function serverPort(context: TestContext, store: FakeStore, options: Partial<Pop3Dependencies> = {}): Promise<number> {
  const server = pop3Server({ store, signIn, hostname: 'mx.a.example', log: silent, ...options })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: server.serve })
  context.after(() => listener.close())
  return listener.address.port
}

/** Three messages, the last without a line end. */
export const three = ['Subject: one\r\n\r\nfirst\r\n', 'Subject: two\r\n\r\n.dot\r\n..\r\nend\r\n', 'Subject: three\r\n\r\nno end of line']

/** The beginning of a session over them. */
export const signedIn = `
  S: +OK mx.a.example POP3 ready
  C: USER ann@a.example
  S: +OK *
  C: PASS fish & chips
  S: +OK 3 messages, 86 octets
`
