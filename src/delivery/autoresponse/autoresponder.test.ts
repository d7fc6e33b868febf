import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { at } from '../../../test/harness/directory.ts'
import { recipientOf } from '../../../test/harness/policy.ts'
import { silent } from '../../base/log.ts'
import type { Answering } from '../../directory/query/autoresponders.ts'
import type { Recipient } from '../../directory/recipient.ts'
import { openLocal } from '../../ephemeral/local.ts'
import type { AccountId, QueueId } from '../../mail/ids.ts'
import type { AcceptedMessage } from '../delivery.ts'
import { Answered } from './answered.ts'
import { type AutomaticAnswer, Autoresponder, type AutoresponderOptions } from './autoresponder.ts'

const dayMs = 86_400_000
const ann = 3 as AccountId
const mailbox: Answering = {
  ...{ accountId: ann, addressId: 30, customerId: 7, addresses: [at('ann@a.example'), at('info@a.example')], setAtMs: 5 },
  ...{ subject: 'away', text: 'Back soon', html: null, firstDay: null, lastDay: null, zone: 'UTC', periodMs: 7 * dayMs },
}

/** An autoresponder whose messages are noted as they are committed. */
class World implements AsyncDisposable {
  readonly clock = { ms: 1_790_000_000_000, now: () => this.clock.ms }
  readonly committed: AcceptedMessage[] = []
  readonly answers: AutomaticAnswer[] = []
  readonly #folder: string
  #ephemeral: ReturnType<typeof openLocal>
  #autoresponder: Autoresponder

  private constructor(folder: string, more: Partial<AutoresponderOptions>) {
    this.#folder = folder
    this.#ephemeral = openLocal({ folder, log: silent, clock: this.clock })
    this.#autoresponder = this.#make(more)
  }

  static async open(more: Partial<AutoresponderOptions> = {}): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), 'answered-')), more)
  }

  async reopen(more: Partial<AutoresponderOptions> = {}): Promise<void> {
    await this.#ephemeral.close()
    this.#ephemeral = openLocal({ folder: this.#folder, log: silent, clock: this.clock })
    this.#autoresponder = this.#make(more)
  }

  #make(more: Partial<AutoresponderOptions>): Autoresponder {
    return new Autoresponder({
      answering: async (accountIds) => (accountIds.includes(ann) ? [mailbox] : []),
      answered: new Answered({ ephemeral: this.#ephemeral, clock: this.clock, log: silent }),
      settingsOf: async () => ({ answersPerDay: 100, displayName: 'Ann Meier' }),
      ephemeral: this.#ephemeral,
      route: async (answer) => {
        this.answers.push(answer)
        return { ...message(), queueId: 'answer' as QueueId, reversePath: null, recipients: [] }
      },
      commit: async (one) => void this.committed.push(one),
      clock: this.clock,
      log: silent,
      ...more,
    })
  }

  /** What the journal says of it, and what it committed. */
  async got(accepted: AcceptedMessage): Promise<string> {
    const before = this.committed.length
    await this.#autoresponder.accept(accepted, async (one) => void this.committed.push(one))
    const [first, ...more] = this.committed.slice(before)
    const reasons = first?.recipients.flatMap(({ checks }) => checks.map(({ reason }) => reason)) ?? []
    return [...reasons, ...more.map(({ queueId }) => queueId)].join(', ')
  }

  async [Symbol.asyncDispose]() {
    await this.#ephemeral.close()
    await rm(this.#folder, { recursive: true })
  }
}

function recipient(name: string, kind: Recipient['kind'] = 'mailbox', more: Partial<Recipient> = {}): Recipient {
  const targets = [{ accountId: ann, address: at('ann@a.example'), quotaBytes: undefined, maxMessageBytes: 1e6, answers: true as const }]
  return { ...recipientOf(`${name}@a.example`, 5, { kind, limits: [] }), targets, ...more }
}

function message(to: readonly Recipient[] = [recipient('ann')], header = 'To: ann@a.example\r\n', more: Partial<AcceptedMessage> = {}): AcceptedMessage {
  return {
    queueId: 'q1' as QueueId,
    client: { ip: '127.0.0.9', port: 1, helo: 'mx.sender.example', protocol: 'ESMTP', tls: undefined },
    reversePath: at('sam@sender.example'),
    recipients: to.map((one) => ({ forwardPath: one.address, recipient: one, checks: [], clientName: undefined })),
    received: '',
    octets: [Buffer.from(`${header}\r\n`)],
    headerSection: Buffer.from(`${header}\r\n`),
    ...more,
  }
}

test('the message first, then its answer; once in a period, after a restart too (RFC 3834 2)', async () => {
  await using world = await World.open()
  assert.equal(await world.got(message()), 'answers, answer')
  const { from, to, originator, write } = world.answers[0] ?? {}
  assert.deepEqual([from, to, originator], [at('ann@a.example'), at('sam@sender.example'), { accountId: ann, addressId: 30, customerId: 7 }])
  assert.match(String(write?.({ queueId: 'a' as QueueId, hostname: 'mx', atMs: 0 })), /^Subject: away\r$/m)
  assert.equal(await world.got(message()), 'answered lately')
  await world.reopen()
  world.clock.ms += 6 * dayMs
  assert.equal(await world.got(message()), 'answered lately')
  assert.equal(await world.got(message(undefined, undefined, { reversePath: at('eve@sender.example') })), 'answers, answer')
  world.clock.ms += dayMs
  assert.equal(await world.got(message()), 'answers, answer')
})

test('two at once get one answer', async () => {
  await using world = await World.open()
  await Promise.all([world.got(message()), world.got(message())])
  assert.equal(world.answers.length, 1)
})

test('who wrote to an alias learns of no other address; who wrote to a list or to postmaster, of none', async () => {
  await using world = await World.open()
  assert.equal(await world.got(message([recipient('info', 'alias')], 'To: info@a.example\r\n')), 'answers, answer')
  assert.deepEqual(world.answers[0]?.from, at('info@a.example'))
  const other = { reversePath: at('eve@sender.example') }
  assert.equal(await world.got(message([recipient('team', 'list')], 'To: team@a.example, ann@a.example\r\n', other)), '')
  const postmaster = recipient('postmaster', 'mailbox', { alwaysAccepted: true })
  assert.equal(await world.got(message([postmaster], 'To: postmaster@a.example\r\n', other)), 'not addressed to it')
})

test('what the server wrote itself, and spam, is not answered', async () => {
  await using world = await World.open()
  assert.equal(await world.got(message(undefined, undefined, { headerSection: undefined })), '')
  const spam = message()
  const recipients = spam.recipients.map((one) => ({ ...one, fate: { fields: '', edits: [], staysHere: true } }))
  assert.equal(await world.got({ ...spam, recipients }), 'spam')
})

test('a message that cannot be kept is not answered; an answer that cannot be is given to the next one', async () => {
  let full = true
  const committed: QueueId[] = []
  await using world = await World.open({
    async commit({ queueId }) {
      if (full) throw new Error('full')
      committed.push(queueId)
    },
  })
  assert.equal(await world.got(message()), 'answers')
  full = false
  assert.equal(await world.got(message()), 'answers')
  assert.deepEqual(committed, ['answer'])
})

test('a directory that cannot be read costs an answer, not the message', async () => {
  await using world = await World.open({
    answering: async () => {
      throw new Error('away')
    },
  })
  assert.equal(await world.got(message()), '')
  assert.equal(world.committed.length, 1)
})

test('a mailbox answers so often in a day, after a restart too, and then again the next day', async () => {
  const few: Partial<AutoresponderOptions> = { settingsOf: async () => ({ answersPerDay: 2, displayName: '' }) }
  await using world = await World.open(few)
  const from = (name: string) => message(undefined, undefined, { reversePath: at(`${name}@sender.example`) })
  assert.equal(await world.got(from('a')), 'answers, answer')
  assert.equal(await world.got(from('a')), 'answered lately')
  assert.equal(await world.got(from('b')), 'answers, answer')
  assert.equal(await world.got(from('c')), 'enough for today')
  await world.reopen(few)
  assert.equal(await world.got(from('c')), 'enough for today')
  world.clock.ms += 86_400_000
  assert.equal(await world.got(from('c')), 'answers, answer')
})

test('who answers is named as he has set it', async () => {
  await using world = await World.open()
  await world.got(message())
  const text = world.answers[0]?.write({ queueId: 'q2' as QueueId, hostname: 'mx.a.example', atMs: 0 }).toString() ?? ''
  assert.match(text, /^From: "Ann Meier" <ann@a\.example>\r$/m)
})
