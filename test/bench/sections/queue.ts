import { systemClock } from '../../../src/base/clock.ts'
import { silent } from '../../../src/base/log.ts'
import { openParts, type Parts } from '../../../src/app/open.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { commit } from '../../../src/delivery/commit.ts'
import type { OutgoingForm } from '../../../src/delivery/delivery.ts'
import { LoggedQueue } from '../../../src/delivery/logged-queue.ts'
import { QueueControl } from '../../../src/delivery/queue-control.ts'
import { QueueIds } from '../../../src/mail/queue-id.ts'
import type { Due } from '../../../src/queue/queue.ts'
import type { Bench } from '../bench.ts'
import { valueAtMost } from '../report.ts'

const dead = 'dead.example'
/** Of one message: a list's, so that a million are there within a minute. */
const recipientsOfOne = 1000
const rounds = 300
/** TARGETS: adding, picking, listing. */
const limitMs = 5

/** What a full queue costs those who have nothing to do with it: `waiting` recipients of a destination that answers nobody, all of them due. */
export async function queue(bench: Bench): Promise<void> {
  const waiting = bench.quick ? 20_000 : 1_000_000
  await bench.section(`Queue with ${waiting.toLocaleString('en')} recipients that wait for one destination`, async (scope) => {
    const parts = await openParts({ config: loadConfig({ data: await scope.folder() }), log: silent })
    scope.onEnd(() => parts.close())
    const { store, content, database } = parts
    const port = new LoggedQueue({ node: 1, store, content, database, clock: systemClock, journal: { record: () => {} }, route: async () => undefined })
    const control = new QueueControl(parts)
    const startedMs = performance.now()
    for (let at = 0; at < waiting; at += recipientsOfOne) {
      await send(
        parts,
        Array.from({ length: recipientsOfOne }, (_, index) => `u${at + index}@${dead}`),
      )
      if (at % (100 * recipientsOfOne) === 0) await store.settled()
    }
    await store.settled()
    const { report } = bench
    report.row({ what: 'filling it', unit: 'recipients/s', ours: [waiting / ((performance.now() - startedMs) / 1000)] })

    const except = new Set([dead])
    let leased: readonly Due[] = []
    const steps: Readonly<Record<string, () => Promise<unknown>>> = {
      'adding a message, until it is in the queue': async () => {
        await send(parts, ['bob@b.example'])
        await store.settled()
      },
      'taking what is due elsewhere': async () => (leased = await take(port, except)),
      'when to look again': () => port.nextDueMs(except),
      'settling it, until the index has it': async () => {
        const reply = { code: 250, enhanced: '2.0.0', lines: ['queued'] }
        for (const due of leased)
          await port.settle(due, new Map([[0, { end: 'delivered', reply }]]), { relay: 'direct', host: 'mx', ip: '192.0.2.1', tls: 'none' })
        await store.settled()
      },
      'taking ten of the million, and giving them back': async () => {
        const dues = await port.take({ nowMs: Date.now(), leaseMs: 60_000, maxRecipients: 10, except: new Set() })
        const indexes = dues.map(({ recipients, ...name }) => ({ ...name, indexes: recipients.map(({ index }) => index) }))
        await port.lease(indexes, Date.now())
      },
      'the destinations': () => control.destinations(50),
      'a page of its recipients': () => control.page({ destination: dead }, undefined, 500),
    }
    const took = new Map(Object.keys(steps).map((what) => [what, [] as number[]]))
    for (let round = 0; round < rounds; round++) {
      for (const [what, step] of Object.entries(steps)) {
        const fromMs = performance.now()
        await step()
        took.get(what)?.push(performance.now() - fromMs)
      }
    }
    for (const [what, times] of took) {
      times.sort((a, b) => a - b)
      report.json('run', { what: `queue: ${what}`, times })
      report.row({ what: `${what}, median`, unit: 'ms', ours: [times[Math.floor(times.length / 2)] ?? 0], goal: valueAtMost(limitMs) })
      report.row({ what: `${what}, 95 of 100`, unit: 'ms', ours: [times[Math.floor(times.length * 0.95)] ?? 0] })
    }
  })
}

const queueIds = new QueueIds(systemClock)
const octets = [Buffer.from(`Message-ID: <1@a.example>\r\nSubject: news\r\n\r\n${'Hello.\r\n'.repeat(100)}`)]
const client = { ip: '192.0.2.1', port: 1, helo: 'client.example', protocol: 'ESMTPSA', tls: undefined }

const envelope = {
  ...{ kind: 'submitted', class: 'paid', originator: { accountId: undefined, addressId: 1, customerId: 1 }, reversePath: 'ann@a.example' },
  ...{ utf8: false, eightBit: false, requireTls: false, priority: 0, fields: 'Received: by a.example\r\n', edits: [] },
} satisfies Omit<OutgoingForm, 'recipients'>

async function send(parts: Parts, addresses: readonly string[]): Promise<void> {
  const outgoing = [{ ...envelope, recipients: addresses.map((address) => ({ address })) }]
  await commit(
    { queueId: queueIds.next(), client, reversePath: null, recipients: [], received: '', octets, outgoing },
    { store: parts.store, clock: systemClock },
  )
}

function take(port: LoggedQueue, except: ReadonlySet<string>): Promise<readonly Due[]> {
  return port.take({ nowMs: Date.now(), leaseMs: 60_000, maxRecipients: 100, except })
}
