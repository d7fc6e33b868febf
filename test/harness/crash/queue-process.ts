/**
 * A queue under load, to be killed: `node queue-process.ts FOLDER`. Says on standard output what it was told is done: `sent ID COUNT` (accepted, with so many
 * recipients), `trying ID/INDEX` (a server that never refuses was asked to take it), `settled ID/INDEX`.
 */
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openParts } from '../../../src/app/open.ts'
import { silent } from '../../../src/base/log.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { commit } from '../../../src/delivery/commit.ts'
import type { OutgoingForm } from '../../../src/delivery/delivery.ts'
import { LoggedQueue } from '../../../src/delivery/logged-queue.ts'
import { QueueIds } from '../../../src/mail/queue-id.ts'
import type { Due, RecipientEnd } from '../../../src/queue/queue.ts'

const senders = 4
const destinations = 5
const reply = { code: 250, enhanced: '2.0.0', lines: ['queued'] }
const delivered: RecipientEnd = { end: 'delivered', reply }
const client = { ip: '192.0.2.1', port: 1, helo: 'client.example', protocol: 'ESMTPSA', tls: undefined }

const parts = await openParts({ config: loadConfig({ data: process.argv[2] ?? '' }), log: silent })
const { store, content, database } = parts
const queue = new LoggedQueue({ node: 1, store, content, database, clock: systemClock, journal: { record: () => {} }, route: async () => undefined })
const queueIds = new QueueIds(systemClock)
const say = (line: string) => writeSync(1, `${line}\n`)

say('ready')
await Promise.all([...Array.from({ length: senders }, send), deliver()])

async function send(): Promise<void> {
  for (let number = 0; ; number++) {
    const queueId = queueIds.next()
    const recipients = Array.from({ length: 1 + (number % 3) }, (_, index) => ({ address: `u${index}@d${(number + index) % destinations}.example` }))
    const form = {
      kind: 'submitted',
      class: 'paid',
      originator: { accountId: undefined, addressId: 1, customerId: 1 },
      reversePath: 'ann@a.example',
      recipients,
      utf8: false,
      eightBit: false,
      requireTls: false,
      priority: 0,
      fields: '',
      edits: [],
    } satisfies OutgoingForm
    const octets = [Buffer.from(`Subject: ${queueId}\r\n\r\nHello.\r\n`)]
    await commit({ queueId, client, reversePath: null, recipients: [], received: '', octets, outgoing: [form] }, { store, clock: systemClock })
    say(`sent ${queueId} ${recipients.length}`)
  }
}

async function deliver(): Promise<void> {
  for (;;) {
    const dues = await queue.take({ nowMs: Date.now(), leaseMs: 60_000, maxRecipients: 20, except: new Set() })
    await Promise.all(dues.map(settle))
    if (dues.length === 0) await sleep(1)
  }
}

async function settle(due: Due): Promise<void> {
  const names = due.recipients.map(({ index }) => `${due.queueId}/${index}`)
  for (const name of names) say(`trying ${name}`)
  const ends = new Map(due.recipients.map(({ index }) => [index, delivered]))
  await queue.settle(due, ends, { relay: 'first', host: 'mx.b.example', ip: '192.0.2.9', tls: 'none' })
  for (const name of names) say(`settled ${name}`)
}
