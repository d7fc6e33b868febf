import type { Bench } from '../bench.ts'
import { dovecotMissing } from '../dovecot.ts'
import { messagePool } from '../messages.ts'
import { ImapReader } from '../reading/client.ts'
import { readingServers, signIn, userOf } from '../reading/servers.ts'
import { cpuPer1000, perSecond, Repetitions, Runs, type Timed, timed } from '../reading/timed.ts'
import { atLeast, atMost } from '../report.ts'
import type { Target } from '../target.ts'

const connections = 10

/** LOGIN, SELECT and LOGOUT, a hundred users in turn. */
export async function signIns(bench: Bench): Promise<void> {
  await bench.section(`LOGIN, SELECT, LOGOUT: ${connections} connections`, async (scope) => {
    const { report } = bench
    const runs = new Runs(bench)
    const posthorn = await bench.posthorn()
    const peer = dovecotMissing() === undefined ? await scope.dovecot({ format: 'maildir', fast: true }) : undefined
    // A password is right once for minutes: what is measured is the sign-in of a client that was here before.
    for (const target of [posthorn, peer]) if (target !== undefined) await everybodyOnce(target)
    const found = await alternating(bench, runs, 'LOGIN, SELECT, LOGOUT', [posthorn, peer], (target) => timed(target, () => comeAndGo(bench, target)))
    report.row({ what: 'sessions', unit: '1/s', ...found.figures(posthorn, peer, perSecond), goal: atLeast(2) })
    report.row({ what: 'sessions', unit: 'CPU s/1,000', ...found.figures(posthorn, peer, cpuPer1000), goal: atMost(1 / 3) })
    runs.remark()
  })
}

async function alternating(
  bench: Bench,
  runs: Runs,
  what: string,
  targets: readonly (Target | undefined)[],
  run: (target: Target) => Promise<Timed>,
): Promise<Repetitions> {
  const found = new Repetitions()
  for (let repetition = bench.quick ? 0 : -1; repetition < bench.repetitions; repetition++) {
    for (const target of targets) {
      if (target === undefined) continue
      const took = await run(target)
      // The first one does not count.
      if (repetition >= 0) found.add(target, runs.note(what, target, took))
    }
  }
  return found
}

async function everybodyOnce(target: Target): Promise<void> {
  for (let number = 0; number < target.mailboxes; number++) await (await signIn(target, number)).logOut()
}

async function comeAndGo({ seconds }: Bench, target: Target): Promise<number> {
  const endMs = performance.now() + seconds * 1000
  let sessions = 0
  const work = async () => {
    while (performance.now() < endMs) {
      const reader = await ImapReader.signIn(target.imapPort, userOf(target, sessions++ % target.mailboxes), target.password)
      await reader.command('SELECT INBOX')
      await reader.logOut()
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  return sessions
}

/** Goals by connections, of the rate of Dovecot with mdbox. */
const appendGoals = [
  [1, 1.5],
  [10, 2.5],
] as const
const messageOctets = 2048
/** Not those that other sections read. */
const firstUser = 50

/** APPEND of 2 kB with a literal that waits for nothing, each connection to its own mailbox. */
export async function appending(bench: Bench): Promise<void> {
  const { posthorn, mdbox, maildir } = await bench.shared(readingServers)
  await bench.section('APPEND of 2 kB', async () => {
    const runs = new Runs(bench)
    const pool = messagePool(messageOctets, 200)
    for (const [count, goal] of appendGoals) {
      const what = `${count} connection${count === 1 ? '' : 's'}`
      const found = await alternating(bench, runs, `APPEND, ${what}`, [posthorn, mdbox, maildir], (target) =>
        timed(target, () => appendAll(bench, target, count, pool)),
      )
      const { report } = bench
      report.row({ what, note: 'mdbox', unit: '1/s', ...found.figures(posthorn, mdbox, perSecond), goal: atLeast(goal) })
      if (maildir !== undefined) report.row({ what, note: 'maildir', unit: '1/s', ...found.figures(posthorn, maildir, perSecond) })
      report.row({ what, note: 'mdbox', unit: 'CPU s/1,000', ...found.figures(posthorn, mdbox, cpuPer1000) })
    }
    runs.remark()
  })
}

async function appendAll({ seconds }: Bench, target: Target, count: number, pool: readonly Buffer[]): Promise<number> {
  const readers = await Promise.all(Array.from({ length: count }, (_, number) => signIn(target, firstUser + number)))
  const endMs = performance.now() + seconds * 1000
  let appended = 0
  const work = async (reader: ImapReader) => {
    while (performance.now() < endMs) {
      const number = appended++
      const messageId = Buffer.from(`Message-ID: <${number}.${endMs}@load.bench.test>\r\n`)
      await reader.append([Buffer.concat([messageId, pool[number % pool.length] ?? messageId])])
    }
  }
  await Promise.all(readers.map(work))
  for (const reader of readers) reader.close()
  return appended
}
