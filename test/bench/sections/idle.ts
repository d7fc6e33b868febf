import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { dovecotMissing } from '../dovecot.ts'
import { Imap } from '../imap.ts'
import { memoryBytes } from '../processes.ts'
import { userOf } from '../reading/servers.ts'
import { valueAtMost } from '../report.ts'
import type { Target } from '../target.ts'

const sessions = { quick: 100, usual: 1000 } as const
/** Dovecot hibernates a session after 5 s. */
const restMs = 10_000
/** Sign-ins at the same time. */
const atOnce = 10

/** Sessions in IDLE, ten for each mailbox: what each of them adds to the server's memory. */
export async function idle(bench: Bench): Promise<void> {
  const count = bench.quick ? sessions.quick : sessions.usual
  await bench.section(`${count.toLocaleString('en')} connections in IDLE`, async (scope) => {
    const { report } = bench
    const posthorn = await scope.posthorn()
    const peer = dovecotMissing() === undefined ? await scope.dovecot({ format: 'maildir', fast: true }) : undefined
    const ours = await kibibytesEach(posthorn, posthorn.imapPort, count)
    const theirs = peer === undefined ? {} : { theirs: [await kibibytesEach(peer, peer.imapPort, count)] }
    report.row({ what: 'memory of one connection', note: 'peer: hibernated', unit: 'KiB', ours: [ours], ...theirs, goal: valueAtMost(25) })
    report.row({
      what: 'memory of one connection with TLS',
      unit: 'KiB',
      ours: [await kibibytesEach(posthorn, posthorn.imapsPort, count, true)],
      goal: valueAtMost(80),
    })
  })
}

async function kibibytesEach(target: Target, port: number, count: number, tls = false): Promise<number> {
  const open: Imap[] = []
  const session = async (number: number) => {
    const imap = await Imap.signIn(port, userOf(target, number % target.mailboxes), target.password, tls)
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
  const added = memoryBytes(target.pids) - before
  // A connection that was dropped costs no memory either.
  for (const imap of open) await imap.done()
  for (const imap of open) imap.close()
  return added / count / 1024
}
