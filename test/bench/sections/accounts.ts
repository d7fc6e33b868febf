import path from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { type Bench, figures, type Pairs, type Scope } from '../bench.ts'
import { deliver, type Measured } from '../measure.ts'
import type { Posthorn } from '../posthorn.ts'
import { memoryBytes } from '../processes.ts'
import { ImapReader } from '../reading/client.ts'
import { cpuMilliseconds, Repetitions, Runs, timed } from '../reading/timed.ts'
import { atLeast, atMost } from '../report.ts'
import type { Target } from '../target.ts'

/** Mailboxes of each installation that are used: their number is the same, how many lie between them is not. */
const used = 100
const load = { sizeBytes: 2048, connections: 10, messagesPerConnection: 100 } as const
/** Sign-ins of one run; each of another mailbox. */
const signIns = 50

/** What the same mailboxes cost among 100, 10,000 and 1,000,000 accounts ("peer": Posthorn with 100). */
export async function accounts(bench: Bench): Promise<void> {
  await bench.section('Growth: accounts of an installation ("peer": Posthorn with 100 of them)', async (scope) => {
    const { report } = bench
    const few = await withAccounts(bench, scope, used)
    for (const count of bench.quick ? [1000] : [10_000, 1_000_000]) {
      const many = await withAccounts(bench, scope, count)
      const note = `${count.toLocaleString('en')} accounts`
      const row = (what: string, unit: string, pairs: Pairs, pick: (measured: Measured) => number | undefined, goal = atMost(1.5)) =>
        report.row({ what, note, unit, ...figures(pairs, pick), goal })
      const one = (target: Target) => deliver(target, { ...load, seconds: bench.seconds })
      const delivery = await bench.interleaved(
        `2 kB, 10 connections, ${note}`,
        () => one(many),
        () => one(few),
      )
      row('delivered', '1/s', delivery, ({ deliveredPerSecond }) => deliveredPerSecond, atLeast(1 / 1.5))
      row('delivered', 'CPU s/1,000', delivery, ({ cpuPer1000 }) => cpuPer1000)
      const runs = new Runs(bench)
      const found = new Repetitions()
      // A password that was right once need not be hashed again for a while: everybody has been here before.
      for (const target of [many, few]) for (let repetition = 0; repetition < used / signIns; repetition++) await comeAndGo(target, repetition)
      for (let repetition = 0; repetition < bench.repetitions; repetition++) {
        for (const target of [many, few]) {
          const run = await timed(target, () => comeAndGo(target, repetition))
          found.add(target, runs.note(`LOGIN, SELECT, LOGOUT, ${note}`, target, run))
        }
      }
      report.row({ what: 'LOGIN, SELECT, LOGOUT', note, unit: 'CPU ms', ...found.figures(many, few, cpuMilliseconds), goal: atMost(1.5) })
      report.row({ what: 'memory', note, unit: 'MB', ours: [memoryBytes(many.pids) / 1e6], theirs: [memoryBytes(few.pids) / 1e6], goal: atMost(1.5) })
      runs.remark()
      await many.stop()
    }
  })
}

async function comeAndGo(target: Target, repetition: number): Promise<number> {
  for (let n = 0; n < signIns; n++) {
    const user = target.mailbox.replace('{n}', String((n + repetition * signIns) % used))
    const reader = await ImapReader.signIn(target.imapPort, user, target.password)
    await reader.command('SELECT INBOX')
    await reader.logOut()
  }
  return signIns
}

/** A server of its own with so many accounts of one domain; those that are used lie evenly among them. */
async function withAccounts(bench: Bench, scope: Scope, count: number): Promise<Posthorn> {
  const server = await scope.posthorn()
  await server.stop()
  bench.tell(`making ${count} accounts`)
  insertAccounts(path.join(server.folders[0] ?? '', 'posthorn.db'), count)
  const startedMs = performance.now()
  const restarted = await scope.whole(() => server.restarted())
  bench.tell(`ready ${((performance.now() - startedMs) / 1000).toFixed(2)} s after the start`)
  return { ...restarted, name: `${count}`, mailbox: 'm{n}@open.test', mailboxes: used }
}

/** As `mailbox add` would make them, without a password hash of 20 ms for each: all have the one of a mailbox that is there. */
function insertAccounts(file: string, count: number): void {
  using database = disposable(new BetterSqlite3(file))
  const { sql } = database
  const next = (counter: string) => sql.prepare('SELECT value FROM directory_counter WHERE name = ?').pluck().get(counter) as number
  const [account, address, credential] = [next('account'), next('address'), next('credential')]
  const domain = sql.prepare("SELECT domain_id, customer_id FROM domain WHERE name = 'open.test'").get() as { domain_id: number; customer_id: number }
  const password = sql.prepare("SELECT value FROM credential WHERE owner = 'account' AND kind = 'argon2id' LIMIT 1").pluck().get()
  const add = {
    account: sql.prepare('INSERT INTO account (account_id, customer_id, quota_bytes, locked_reason, removing, created_at_ms) VALUES (?, ?, NULL, NULL, 0, 0)'),
    address: sql.prepare(
      "INSERT INTO address (address_id, domain_id, key, local_part, kind, account_id, lists_version, created_at_ms) VALUES (?, ?, ?, ?, 'mailbox', ?, 0, 0)",
    ),
    credential: sql.prepare("INSERT INTO credential (credential_id, owner, owner_id, kind, value, created_at_ms) VALUES (?, 'account', ?, 'argon2id', ?, 0)"),
  }
  sql.transaction(() => {
    for (let n = 1; n <= count; n++) {
      const every = count / used
      const name = n % every === 0 ? `m${n / every - 1}` : `other${n}`
      add.account.run(account + n, domain.customer_id)
      add.address.run(address + n, domain.domain_id, `${name}@open.test`, name, account + n)
      add.credential.run(credential + n, account + n, password)
    }
    for (const counter of ['account', 'address', 'credential']) sql.prepare('UPDATE directory_counter SET value = value + ? WHERE name = ?').run(count, counter)
  })()
}

function disposable(sql: BetterSqlite3.Database): { readonly sql: BetterSqlite3.Database } & Disposable {
  return { sql, [Symbol.dispose]: () => void sql.close() }
}
