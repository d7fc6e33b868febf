import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.ts'
import { type LogFields, silent } from '../../src/base/log.ts'
import type { AcceptedMessage } from '../../src/delivery/delivery.ts'
import type { Recipient } from '../../src/directory/recipient.ts'
import { type Address, formatAddress } from '../../src/mail/address.ts'
import type { Client } from '../../src/mail/client.ts'
import type { AccountId } from '../../src/mail/ids.ts'
import { QueueIds } from '../../src/mail/queue-id.ts'
import { formatReply, type Reply } from '../../src/mail/reply.ts'
import { accept } from '../../src/mail/verdict.ts'
import type { IncomingMessage, Policy, Transaction, Visit } from '../../src/policy/policy.ts'
import { serveSmtp } from '../../src/smtp/server/connection.ts'
import { defaultLimits, type SmtpLimits } from '../../src/smtp/server/limits.ts'
import type { Submission } from '../../src/smtp/server/session.ts'
import { Spool } from '../../src/smtp/server/spool.ts'
import { type ListenOptions, type Listener, listen } from '../../src/wire/listen.ts'
import { contextA } from './certificate.ts'
import { Player } from './play.ts'

/** Beginnings of a dialogue for `play`. */
export const hello = `
  S: 220 mx.a.example ESMTP *
  C: EHLO client.example
  S: 250-mx.a.example
  S: ...
  S: 250 HELP
`
export const toAnn = `
  ${hello}
  C: MAIL FROM:<sender@b.example>
  C: RCPT TO:<ann@a.example>
  S: 250 2.1.0 *
  S: 250 2.1.5 *
`
export const atData = `
  ${toAnn}
  C: DATA
  S: 354 *
`

/** A message as the fake delivery got it, with its octets read. */
export interface Kept extends Omit<AcceptedMessage, 'octets'> {
  readonly octets: Buffer
  /** It came as a file. */
  readonly spooled: boolean
}

/** The SMTP server alone: judged by a fake policy, delivered into a list. */
export interface SmtpUnderTest {
  readonly port: number
  readonly listener: Listener
  readonly kept: Kept[]
  readonly clients: Client[]
  readonly incoming: IncomingMessage[]
  readonly noted: string[]
  readonly errors: LogFields[]
  readonly spoolFolder: string
  /** Transactions as policy saw them after DATA. */
  readonly transactions: Transaction[]
  /** Visits that are open. */
  visits: number
  earlyTalkers: number
  badCommands: number
  connect(options?: Parameters<typeof Player.connect>[1]): Promise<Player>
  play(script: string): Promise<void>
}

export interface SmtpTestOptions {
  readonly limits?: Partial<SmtpLimits>
  readonly maxMessageBytes?: number
  readonly tls?: boolean
  readonly takesDsn?: boolean
  readonly greetingDelayMs?: number
  /** How long the verdict at connect takes. */
  readonly decidingMs?: number
  /** After so many bad commands: 421. */
  readonly badCommandsAllowed?: number
  readonly atConnect?: Visit['verdict']
  readonly policy?: Partial<Policy>
  readonly submission?: Submission
  readonly commit?: (message: AcceptedMessage) => Promise<void>
  readonly listen?: Partial<ListenOptions>
}

/** ann@ and bob@a.example are there, and postmaster; no@a.example is refused, wait@a.example deferred. */
export async function startSmtp(t: TestContext, options: SmtpTestOptions = {}): Promise<SmtpUnderTest> {
  const spoolFolder = await mkdtemp(join(tmpdir(), 'posthorn-smtp-'))
  const spool = await Spool.open(spoolFolder)
  const policy: Policy = { ...fakePolicy(), ...options.policy }
  const deps = {
    hostname: 'mx.a.example',
    policy,
    delivery: { commit: options.commit ?? keep },
    queueIds: new QueueIds(systemClock),
    spool,
    clock: systemClock,
    log: { ...silent, error: (event: string, fields?: LogFields) => void under.errors.push({ event, ...fields }) },
    tls: options.tls === false ? undefined : contextA,
    maxMessageBytes: () => options.maxMessageBytes ?? 1_000_000,
    limits: { ...defaultLimits, ...options.limits },
    takesDsn: () => options.takesDsn !== false,
    submission: options.submission,
  }
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => serveSmtp(peer, deps), ...options.listen })
  const players: Player[] = []
  const under: SmtpUnderTest = {
    port: listener.address.port,
    listener,
    kept: [],
    clients: [],
    incoming: [],
    transactions: [],
    noted: [],
    errors: [],
    spoolFolder,
    visits: 0,
    earlyTalkers: 0,
    badCommands: 0,
    async connect(how = {}) {
      const player = await Player.connect(listener.address.port, how)
      players.push(player)
      return player
    },
    async play(script) {
      const player = await under.connect()
      await player.play(script)
      player.close()
    },
  }
  t.after(async () => {
    for (const player of players) player.close()
    await listener.close()
    await rm(spoolFolder, { recursive: true })
  })
  return under

  async function keep(message: AcceptedMessage): Promise<void> {
    const pieces: Uint8Array[] = []
    let spooled = false
    for (const piece of message.octets) {
      if (piece instanceof Uint8Array) pieces.push(piece)
      else {
        spooled = true
        pieces.push(await readFile(piece.path))
      }
    }
    under.kept.push({ ...message, octets: Buffer.concat(pieces), spooled })
  }

  function fakePolicy(): Policy {
    return {
      async atConnect(client) {
        under.clients.push(client)
        under.visits++
        if (options.decidingMs !== undefined) await sleep(options.decidingMs)
        let bad = 0
        return {
          verdict: options.atConnect ?? accept,
          greetingDelayMs: options.greetingDelayMs ?? 0,
          earlyTalker() {
            under.earlyTalkers++
            return { code: 554, enhanced: '5.5.0', text: 'You speak before your turn' }
          },
          async badCommand() {
            under.badCommands++
            bad++
            return bad > (options.badCommandsAllowed ?? 1_000) ? { code: 421, enhanced: '4.7.0', text: 'Too many errors' } : undefined
          },
          close() {
            under.visits--
          },
        }
      },
      async atMail({ client, reversePath, submitter, wishes }) {
        under.clients.push(client)
        return reversePath?.localPart === 'bad'
          ? { action: 'reject', reply: { code: 550, enhanced: '5.1.8', text: 'Bad sender' } }
          : submitter === undefined
            ? { action: 'accept' }
            : { action: 'accept', originator: { accountId: submitter.accountId, addressId: 1, customerId: 1 }, priority: Math.min(wishes.priority, 2) }
      },
      async atRcpt(_visit, { submitter }, forwardPath) {
        const local = forwardPath?.localPart
        if (local === 'no') return { action: 'reject', reply: { code: 550, enhanced: '5.1.1', text: 'No such mailbox' } }
        if (local === 'wait') return { action: 'defer', reply: { code: 450, enhanced: '4.7.1', text: 'Please try later' } }
        if (submitter !== undefined && forwardPath !== undefined && forwardPath.domain !== 'a.example')
          return { action: 'relay', accepted: { forwardPath, checks: [] } }
        const address = forwardPath ?? { localPart: 'postmaster', domain: 'a.example' }
        return {
          action: 'accept',
          accepted: { forwardPath: address, recipient: recipient(address), checks: [], answerGroup: '', virusAction: 'refuse', clientName: undefined },
        }
      },
      async atData(transaction, message) {
        under.transactions.push(transaction)
        under.incoming.push(message)
        const { remote, reversePath, wishes } = transaction
        if (remote.length === 0) return { verdict: accept, checks: [] }
        const recipients = remote.map(({ forwardPath, dsn }) => ({ address: formatAddress(forwardPath), dsn }))
        const envelope = { ...wishes, recipients, reversePath: reversePath === null ? '' : formatAddress(reversePath) }
        const originator = { accountId: 1 as AccountId, addressId: 1, customerId: 1 }
        return { verdict: accept, checks: [], outgoing: [{ kind: 'submitted', class: 'paid', originator, ...envelope, fields: 'X-Ours: 1\r\n', edits: [] }] }
      },
      noteRefusal(transaction: Transaction, because: string, reply: Reply, rcpt?: string) {
        under.noted.push(`${rcpt ?? transaction.recipients.map((each) => formatAddress(each.forwardPath)).join(' ')} ${because} ${formatReply(reply)}`)
      },
    }
  }
}

function recipient(address: Address): Recipient {
  return {
    addressId: 1,
    address,
    kind: 'mailbox',
    domainId: 1,
    customerId: 1,
    settings: {
      reverseLookup: false,
      greylisting: false,
      spamLevel: 'off',
      spamAction: 'deliver',
      virusAction: 'refuse',
      listMode: 'off',
      posting: 'anyone',
      language: 'en',
      sending: { messagesPerHour: 300, messagesPerDay: 1500, recipientsPerHour: 1000, recipientsPerDay: 5000, newRecipientsPerDay: 500 },
      answersPerDay: 200,
      displayName: '',
      relayClass: 'paid',
      block: [],
      allowOnly: [],
      letThrough: [],
    },
    targets: [{ accountId: 1 as AccountId, address, quotaBytes: undefined, maxMessageBytes: 1_000_000 }],
    elsewhere: [],
    lists: [],
    alwaysAccepted: false,
  }
}
