import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ImapSession } from '../harness/crash/imap-session.ts'
import { InboxAccount } from '../harness/crash/inbox-account.ts'
import { cutPower, logEnd } from '../harness/crash/power-cut.ts'
import { type Sent, sendForEver } from '../harness/crash/smtp-sender.ts'
import { snapshot } from '../harness/crash/snapshot.ts'
import { ConnectionLost } from '../harness/crash/wire-client.ts'
import { Random, seedOfRun } from '../harness/random.ts'
import { Server } from '../harness/server.ts'

const rounds = Number(process.env['POSTHORN_TEST_ROUNDS'] ?? 15)
const loadMs = { least: 20, most: 250 } as const
const users = ['ann@a.example', 'bob@a.example'] as const
const connections = 6

test(`${rounds} power cuts under load: what was acknowledged is there once, byte for byte`, async (context) => {
  const random = new Random(seedOfRun())
  context.diagnostic(`seed ${random.seed}`)
  await using server = await Server.prepare({
    mailboxes: users,
    // Rounds are short: the first message after a start waits for the thread that judges it.
    addressSettings: ['greylisting=off', 'spam-level=off'],
    settings: ['dmarc=score', 'connection-limits=off', 'greeting.delay=0', 'plaintext-login=loopback', 'login-throttle=off'],
  })
  const accounts = users.map((name) => new InboxAccount(name, random))
  const sent: Sent[] = []
  let healed = 0
  let what = 'nothing yet'
  for (let round = 0; round <= rounds; round++) {
    try {
      await server.start()
      await check(server, accounts, round === rounds)
      healed += server.log.filter(({ event }) => event === 'the log goes on in a new segment').length
      server.log.length = 0
      if (round === rounds) break
      const before = sent.length
      const since = await logEnd(server.data)
      await underLoad(server, `r${round}`, random, sent)
      // A disk that forgets what it had acknowledged: as if the last replies had not come. Then the index may know more than the log.
      if (random.chance(0.4)) for (const one of sent.slice(Math.floor(before + (sent.length - before) * random.next()))) one.queueId = undefined
      for (const one of sent.slice(before)) for (const account of accounts) if (one.recipients.includes(account.name)) account.expect(one)
      const acknowledged = new Set(sent.map(({ queueId }) => queueId))
      what = (await cutPower(server.data, random, { since, isAcknowledged: (queueId) => acknowledged.has(queueId) })).what
    } catch (error) {
      throw new Error(`round ${round} of seed ${random.seed}, after: ${what}\n${server.said()}`, { cause: error })
    }
  }
  await verify(server)
  await rebuildGivesTheSame(server)
  const accepted = sent.filter(({ queueId }) => queueId !== undefined).length
  context.diagnostic(`${accepted} of ${sent.length} messages accepted; ${healed} times the log ended before the index`)
  assert.ok(accepted > rounds * 5)
})

async function check(server: Server, accounts: readonly InboxAccount[], everything: boolean): Promise<void> {
  for (const account of accounts) {
    using session = await ImapSession.open(server.port('imap'), account.name)
    await account.check(session, everything)
  }
}

async function underLoad(server: Server, name: string, random: Random, sent: Sent[]): Promise<void> {
  const port = server.port('smtp')
  const work = Array.from({ length: connections }, (_, n) =>
    sendForEver(port, new Random(random.between(0, 2 ** 31)), { name: `${name}-${n}`, recipients: users, sent }).catch((error: unknown) => {
      if (!(error instanceof ConnectionLost)) throw error
    }),
  )
  await Promise.race([sleep(random.between(loadMs.least, loadMs.most)), ...work])
  await server.stop('SIGKILL')
  await Promise.all(work)
}

async function verify(server: Server): Promise<void> {
  const { code, stdout, stderr } = await server.run(['verify'])
  assert.equal(code, 0, `${stdout}${stderr}`)
}

async function rebuildGivesTheSame(server: Server): Promise<void> {
  const everybody = async () => (await Promise.all(users.map((user) => snapshot(server.port('imap'), user)))).flat()
  const before = await everybody()
  assert.equal(await server.stop(), 0)
  await server.posthorn(['rebuild'])
  await server.start()
  assert.deepEqual(await everybody(), before)
  await verify(server)
  assert.equal(await server.stop(), 0)
}
