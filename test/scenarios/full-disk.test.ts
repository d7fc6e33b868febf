import assert from 'node:assert/strict'
import path from 'node:path'
import test from 'node:test'
import { ImapSession } from '../harness/crash/imap-session.ts'
import { SmallDisk } from '../harness/crash/small-disk.ts'
import { type Sent, SmtpSender } from '../harness/crash/smtp-sender.ts'
import { makeMessage, readMessage } from '../harness/crash/test-message.ts'
import { Random } from '../harness/random.ts'
import { eventually, Server } from '../harness/server.ts'

const user = 'ann@a.example'
const diskBytes = 24 * 1024 * 1024
/** What the operator can delete to make room. */
const filler = 'filler'

test('a full disk: 452, reading goes on, and when there is room again so does everything', { skip: SmallDisk.missing }, async (context) => {
  await context.test('filled by mail', () =>
    onSmallDisk(async ({ disk, server, mail }) => {
      await disk.fill(filler, 6 * 1024 * 1024)
      const { pid } = server
      await mail.untilRefused(20_000)
      await stillReads(server)
      await disk.remove(filler)
      await mail.untilAccepted(20_000)
      assert.equal(server.pid, pid)
    }),
  )
  await context.test('filled by somebody else, to the last octet', () =>
    onSmallDisk(async ({ disk, server, mail }) => {
      await mail.send(20_000)
      await disk.fill(filler, 0)
      // As long as the last page of a file has room for it, a message may still be accepted.
      await mail.untilRefused(300)
      await stillReads(server)
      await disk.remove(filler)
      await mail.untilAccepted(20_000)
    }),
  )
  await context.test('filled again and again', () =>
    onSmallDisk(async ({ disk, mail }) => {
      for (const leaveBytes of [0, 9_000, 40_000, 100_000, 300_000, 1_000_000]) {
        await disk.fill(filler, leaveBytes)
        await mail.untilRefused(leaveBytes > 50_000 ? 5000 : 600)
        await disk.remove(filler)
        await mail.untilAccepted(3000)
      }
    }),
  )
  await context.test('stopped, killed and started again while it is full', () =>
    onSmallDisk(async ({ disk, server, mail }) => {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        await mail.send(20_000)
        await disk.fill(filler, 0)
        await mail.untilRefused(300)
        assert.equal(await server.stop(signal), signal === 'SIGTERM' ? 0 : 137)
        await server.start()
        await stillReads(server)
        await mail.untilRefused(300)
        await disk.remove(filler)
        await mail.untilAccepted(20_000)
      }
    }),
  )
  await context.test('no room for a message on its way in', () =>
    onSmallDisk(async ({ disk, mail }) => {
      await disk.fill(filler, 700_000)
      for (const way of ['data', 'bdat'] as const) assert.match((await mail.send(1_500_000, way)) ?? '', /^452 4\.3\.1 /)
      // The spool has room for it, but the log has none besides.
      assert.match((await mail.send(500_000)) ?? '', /^452 4\.3\.1 /)
      await mail.untilAccepted(300)
      await disk.remove(filler)
      await mail.untilAccepted(500_000)
    }),
  )
  await context.test('no room for APPEND and other changes', () =>
    onSmallDisk(async ({ disk, server, mail }) => {
      await mail.send(2000)
      using imap = await ImapSession.open(server.port('imap'), user)
      await eventually('the message is there', async () => ((await imap.select('INBOX')).uidNext > 1 ? true : undefined))
      await disk.fill(filler, 0)
      await mail.untilRefused(300)
      const { octets } = makeMessage('appended', 100_000)
      const larger = makeMessage('larger', 600_000).octets
      assert.equal((await imap.append('Drafts', [{ octets, flags: [] }])).status, 'NO')
      assert.equal((await imap.append('Drafts', [{ octets: larger, flags: [] }])).status, 'NO')
      assert.equal((await imap.command('UID STORE 1 +FLAGS (\\Flagged)')).status, 'NO')
      await disk.remove(filler)
      await mail.untilAccepted(300)
      await eventually('flags can be set', async () => ((await imap.command('UID STORE 1 +FLAGS (\\Flagged)')).status === 'OK' ? true : undefined))
      assert.equal((await imap.append('Drafts', [{ octets, flags: [] }])).status, 'OK')
      await imap.select('Drafts')
      assert.deepEqual(
        (await imap.fetch('1:*', { octets: true })).map((one) => one.octets),
        [octets],
      )
    }),
  )
})

interface Bench {
  readonly disk: SmallDisk
  readonly server: Server
  readonly mail: Mail
}

/** Afterwards everything that was accepted must be there, and the two parts of the store must agree. */
async function onSmallDisk(work: (bench: Bench) => Promise<void>): Promise<void> {
  await using disk = await SmallDisk.mount(diskBytes)
  await using server = await Server.start({
    data: path.join(disk.folder, 'data'),
    mailboxes: [user],
    addressSettings: ['greylisting=off'],
    settings: ['connection-limits=off', 'greeting.delay=0', 'plaintext-login=loopback', 'login-throttle=off'],
  })
  const mail = new Mail(server)
  try {
    await work({ disk, server, mail })
    await mail.allThere()
    assert.equal(await server.stop(), 0)
    const { code, stdout } = await server.run(['verify'])
    assert.equal(code, 0, stdout)
  } catch (error) {
    throw new Error(server.said(), { cause: error })
  }
}

class Mail {
  readonly #server: Server
  readonly #sent: Sent[] = []
  readonly #random = new Random(1)

  constructor(server: Server) {
    this.#server = server
  }

  /** Resolves to what was answered other than 250. */
  async send(sizeBytes: number, way: 'data' | 'bdat' = 'data'): Promise<string | undefined> {
    const sent: Sent = { message: makeMessage(`m${this.#sent.length}`, sizeBytes), recipients: [user], queueId: undefined, refusal: undefined }
    this.#sent.push(sent)
    using smtp = await SmtpSender.connect(this.#server.port('smtp'))
    await smtp.send(sent, way, this.#random)
    return sent.refusal
  }

  async untilRefused(sizeBytes: number): Promise<void> {
    const refusal = await eventually('the disk is full', () => this.send(sizeBytes))
    assert.match(refusal, /^452 4\.3\.1 /)
  }

  async untilAccepted(sizeBytes: number): Promise<void> {
    await eventually('there is room again', async () => ((await this.send(sizeBytes)) === undefined ? true : undefined))
  }

  /** Each message that got its 250, once, octet by octet; none that was refused. */
  async allThere(): Promise<void> {
    const accepted = this.#sent.filter(({ queueId }) => queueId !== undefined)
    using imap = await ImapSession.open(this.#server.port('imap'), user)
    await eventually('the index has everything', async () => ((await imap.select('INBOX')).uidNext > accepted.length ? true : undefined))
    const found = (await imap.fetch('1:*', { octets: true })).map(({ octets }) => readMessage(octets ?? Buffer.alloc(0)))
    assert.deepEqual(
      found.map(({ id }) => id),
      accepted.map(({ message }) => message.id),
    )
    for (const [index, { octets }] of found.entries()) assert.ok(accepted[index]?.message.octets.equals(octets))
  }
}

/** People who only read notice nothing. */
async function stillReads(server: Server): Promise<void> {
  using imap = await ImapSession.open(server.port('imap'), user)
  assert.ok((await imap.list()).includes('INBOX'))
  const { uidNext } = await imap.select('INBOX')
  const messages = await imap.fetch('1:*', { octets: true })
  assert.ok(uidNext === 1 || messages.length > 0)
  for (const { octets } of messages) {
    const { id, octets: received } = readMessage(octets ?? Buffer.alloc(0))
    assert.ok(makeMessage(id, received.length).id === id)
  }
}
