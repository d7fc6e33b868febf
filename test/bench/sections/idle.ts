import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Scope } from '../bench.ts'
import { dovecotMissing } from '../dovecot.ts'
import { Imap } from '../imap.ts'
import { deliver } from '../measure.ts'
import { memoryBytes } from '../processes.ts'
import { userOf } from '../reading/servers.ts'
import { atMost, valueAtMost } from '../report.ts'
import type { Target } from '../target.ts'

/** Sessions; the one in the middle is the row of TARGETS, beside Dovecot. */
const counts = { quick: [10, 100, 200], usual: [10, 1000, 10_000] } as const
/** Dovecot hibernates a session after 5 s; its processes stay for whoever signs in next. */
const restMs = 10_000
/** Sign-ins at the same time. */
const atOnce = 10
/** Mailboxes that nobody idles in: mail to them costs what it costs without anybody in IDLE, or it does not. */
const quiet = 20

/** Sessions in IDLE: what each of them adds to the server's memory, and what mail to others costs meanwhile. */
export async function idle(bench: Bench): Promise<void> {
  const { report } = bench
  const [few, usual, many] = bench.quick ? counts.quick : counts.usual
  for (const count of [few, usual, many]) {
    await bench.section(`${count.toLocaleString('en')} connections in IDLE`, async (scope) => {
      // Each count has a server of its own: what one held before is not free again at once.
      const posthorn = await scope.posthorn()
      const sessions = await Sessions.open(posthorn, posthorn.imapPort, count)
      const memory = { ours: [sessions.kibibytesEach], ...(count === usual && (await beside(scope, count))) }
      // What a few hundred others need at first is not theirs alone.
      if (count > few) report.row({ what: 'memory of one', note: 'peer: Dovecot in its fast settings', unit: 'KiB', ...memory, goal: valueAtMost(25) })
      await cpuOfDelivery(bench, posthorn)
      const meanwhile = await cpuOfDelivery(bench, posthorn)
      await sessions.close()
      const theirs = [await cpuOfDelivery(bench, posthorn)]
      report.row({
        what: '2 kB delivered to others',
        note: 'peer: Posthorn, nobody in IDLE',
        unit: 'CPU s/1,000',
        ours: [meanwhile],
        theirs,
        goal: atMost(1.5),
      })
      if (count !== usual) return
      const tls = await Sessions.open(posthorn, posthorn.imapsPort, count, true)
      report.row({ what: 'memory of one with TLS', unit: 'KiB', ours: [tls.kibibytesEach], goal: valueAtMost(80) })
      await tls.close()
    })
  }
}

async function beside(scope: Scope, count: number): Promise<{ readonly theirs?: number[] }> {
  if (dovecotMissing() !== undefined) return {}
  const peer = await scope.dovecot({ format: 'maildir', fast: true })
  const sessions = await Sessions.open(peer, peer.imapPort, count)
  await sessions.close()
  return { theirs: [sessions.kibibytesEach] }
}

async function cpuOfDelivery({ seconds }: Bench, target: Target): Promise<number> {
  return (await deliver(target, { sizeBytes: 2048, connections: 10, messagesPerConnection: 100, seconds, firstRecipient: 0 })).cpuPer1000
}

class Sessions {
  /** What each added to the server's memory. */
  readonly kibibytesEach: number
  readonly #open: readonly Imap[]

  private constructor(open: readonly Imap[], kibibytesEach: number) {
    this.#open = open
    this.kibibytesEach = kibibytesEach
  }

  static async open(target: Target, port: number, count: number, tls = false): Promise<Sessions> {
    const open: Imap[] = []
    const session = async (number: number) => {
      const imap = await Imap.signIn(port, userOf(target, quiet + (number % (target.mailboxes - quiet))), target.password, tls)
      await imap.command('SELECT INBOX')
      await imap.idle()
      open.push(imap)
    }
    // Those that come first bring what the server has once.
    for (let number = 0; number < target.mailboxes; number++) await session(number)
    await sleep(restMs)
    const before = memoryBytes(target.pids)
    for (let number = 0; number < count; number += atOnce) await Promise.all(Array.from({ length: atOnce }, (_, n) => session(number + n)))
    await sleep(restMs)
    return new Sessions(open, (memoryBytes(target.pids) - before) / count / 1024)
  }

  async close(): Promise<void> {
    // A connection that was dropped costs no memory either.
    for (const imap of this.#open) await imap.done()
    for (const imap of this.#open) imap.close()
  }
}
