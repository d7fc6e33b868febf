import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { contentFolder, openParts, type Parts } from '../../src/app/open.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/log.ts'
import type { NewRecord } from '../../src/content/content.ts'
import { loadConfig } from '../../src/config/load.ts'
import { commit } from '../../src/delivery/commit.ts'
import type { OutgoingForm } from '../../src/delivery/delivery.ts'
import { QueueIds } from '../../src/mail/queue-id.ts'
import { decodeRecord } from '../../src/store/pack-record.ts'
import { queueSizeQuery } from '../../src/queue/size.ts'
import { startNameServer } from '../harness/name-server.ts'
import { administer, postgresqlMissing, startServer } from '../harness/postgresql.ts'
import { CountingSink } from '../harness/sending/counting-sink.ts'
import type { FromNode, NodeSettings, ToNode } from '../harness/sending/node-process.ts'
import { eventually } from '../harness/server.ts'

const program = fileURLToPath(new URL('../harness/sending/node-process.ts', import.meta.url))
const domains = ['c.example', 'd.example']
/** As the nodes have it (sending/limits.ts). */
const leaseMs = 60_000
/** Before each answer: one node that holds all it may (sending/limits.ts) does not come to the rest before the other one does. */
const slowMs = 500
/** A machine may have much to do. */
const patienceMs = 50_000

/** One that can be killed, and started again under its name. */
class Node implements AsyncDisposable {
  /** Records that it had written: each ends the way of some recipients. */
  appends = 0
  /** QUEUEID/INDEX of those whose end is in the log. */
  readonly recorded = new Set<string>()
  readonly #settings: NodeSettings
  readonly #append: (record: NewRecord) => ReturnType<Parts['store']['records']['append']>
  #process: ChildProcess | undefined

  constructor(settings: NodeSettings, { store }: Parts) {
    this.#settings = settings
    this.#append = (record) => store.records.append(record)
    store.onStep((step) => this.tell({ kind: 'step', step }))
  }

  async start(): Promise<void> {
    const child = fork(program, [JSON.stringify(this.#settings)], { serialization: 'advanced' })
    this.#process = child
    await new Promise<void>((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`a node ended with ${code}`)))
      child.on('message', (said: FromNode) => {
        if (said.kind === 'ready') resolve()
        else void this.#appendFor(child, said.number, said.record)
      })
    })
  }

  tell(what: ToNode): void {
    if (this.#process?.connected === true) this.#process.send(what, () => {})
  }

  /** With -9. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined) return
    this.#process = undefined
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }

  async #appendFor(child: ChildProcess, number: number, record: NewRecord): Promise<void> {
    const appended = await this.#append(record)
    this.appends += 1
    const said = decodeRecord(record.header)
    if (said?.kind === 'sent') for (const { queueId, index } of said.ends) this.recorded.add(`${queueId}/${index}`)
    if (this.#process === child) this.tell({ kind: 'appended', number, appended })
  }
}

test('two nodes share one queue on PostgreSQL: nobody gets anything twice, and what one held that was killed goes by the other', {
  skip: postgresqlMissing ?? false,
}, async (context) => {
  const postgresql = await startServer()
  context.after(() => postgresql.stop())
  await administer(postgresql, 'CREATE DATABASE mail')
  const data = await mkdtemp(path.join(tmpdir(), 'posthorn-nodes-'))
  context.after(() => rm(data, { recursive: true, force: true }))
  const config = loadConfig({ data })
  const database = postgresql.url('mail')
  const parts = await openParts({ config: { ...config, database: { engine: 'postgresql', url: database } }, log: silent })
  context.after(() => parts.close())
  await using sink = await CountingSink.start()
  sink.delayMs = 5
  const zone = Object.fromEntries(domains.map((domain) => [domain, { MX: [[10, 'sink.example']] as const }]))
  await using dns = await startNameServer({ ...zone, 'sink.example': { A: ['127.0.0.1'] } })
  const nodeOf = (name: string) => new Node({ name, database, contentFolder: contentFolder(config), dns: dns.address, port: sink.port }, parts)
  await using one = nodeOf('one.example')
  await using two = nodeOf('two.example')
  await Promise.all([one.start(), two.start()])

  const send = sender(parts)
  const waiting = async () => (await parts.database.query(queueSizeQuery, {})).recipients
  const allThere = async () => {
    await eventually('everything has arrived', async () => (sink.texts.size === send.recipientOf.size ? true : undefined), patienceMs)
    await eventually('nothing waits', async () => ((await waiting()) === 0 ? true : undefined), patienceMs)
  }

  await context.test('both at work: each recipient once', async () => {
    sink.delayMs = slowMs
    await send.messages(600, domains)
    await eventually('both have sent some', async () => (one.appends > 0 && two.appends > 0 ? true : undefined), patienceMs)
    sink.delayMs = 5
    await allThere()
    assert.ok([...sink.texts.values()].every((times) => times === 1))
    context.diagnostic(`${one.appends} by one, ${two.appends} by the other`)
  })

  /** One of them dies; resolves when the other has done all but what that one held, to what must not come again. */
  const killOne = async () => {
    const before = [one.appends, two.appends]
    sink.delayMs = slowMs
    await send.messages(600, domains)
    await eventually('both are at it', async () => (one.appends > before[0]! && two.appends > before[1]! ? true : undefined), patienceMs)
    await two.kill()
    sink.delayMs = 0
    let arrived = -1
    await eventually(
      'the other is through with its own',
      async () => {
        const isQuiet = sink.texts.size === arrived
        arrived = sink.texts.size
        await sleep(500)
        return isQuiet && sink.texts.size === arrived ? true : undefined
      },
      patienceMs,
    )
    assert.ok((await waiting()) > 0, 'it held something')
    return new Set([...one.recorded, ...two.recorded])
  }
  /** What came twice had not been written down: its answer, or the record of that, was lost with the node. */
  const onlyWhatWasLost = (recorded: ReadonlySet<string>) => {
    const again = [...sink.texts].filter(([, times]) => times > 1).map(([name]) => send.recipientOf.get(name) ?? name)
    context.diagnostic(`${again.length} came twice`)
    assert.deepEqual(
      again.filter((recipient) => recorded.has(recipient)),
      [],
    )
  }

  await context.test('kill -9: its share goes by the other one when its leases have ended', async () => {
    const recorded = await killOne()
    one.tell({ kind: 'later', ms: leaseMs + 1 })
    await allThere()
    onlyWhatWasLost(recorded)
    one.tell({ kind: 'later', ms: -leaseMs - 1 })
  })

  await context.test('kill -9: started again under its name it has its share at once', async () => {
    const before = new Set([...sink.texts].filter(([, times]) => times > 1).map(([name]) => name))
    await two.start()
    const recorded = await killOne()
    const beganMs = performance.now()
    await two.start()
    await allThere()
    context.diagnostic(`its share was on its way again within ${Math.round(performance.now() - beganMs)} ms`)
    assert.ok(performance.now() - beganMs < leaseMs)
    for (const name of before) recorded.delete(send.recipientOf.get(name) ?? name)
    onlyWhatWasLost(recorded)
  })
})

/** Puts messages to two recipients each into the log. */
function sender({ store }: Parts) {
  const queueIds = new QueueIds(systemClock)
  const sent = {
    /** By "subject recipient", as the sink has it: QUEUEID/INDEX. */
    recipientOf: new Map<string, string>(),
    async messages(count: number, among: readonly string[]): Promise<void> {
      await Promise.all(
        Array.from({ length: count }, async () => {
          const number = sent.recipientOf.size
          const queueId = queueIds.next()
          const recipients = [number, number + 1].map((n) => ({ address: `u${n}@${among[n % among.length]}` }))
          for (const [index, { address }] of recipients.entries()) sent.recipientOf.set(`${number} ${address}`, `${queueId}/${index}`)
          const form: OutgoingForm = {
            ...{ kind: 'submitted', class: 'paid', originator: { accountId: undefined, addressId: 1, customerId: 1 }, reversePath: 'ann@a.example' },
            ...{ recipients, utf8: false, eightBit: false, requireTls: false, priority: 0, fields: '', edits: [] },
          }
          const client = { ip: '192.0.2.1', port: 1, helo: 'client.example', protocol: 'ESMTPSA', tls: undefined }
          const octets = [Buffer.from(`Subject: ${number}\r\n\r\nHello.\r\n`)]
          await commit(
            { queueId: queueIds.next(), client, reversePath: null, recipients: [], received: '', octets, outgoing: [form] },
            { store, clock: systemClock },
          )
        }),
      )
    },
  }
  return sent
}
