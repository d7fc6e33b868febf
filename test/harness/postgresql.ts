/** Debian's PostgreSQL 15 for the tests of one process, or the one that POSTHORN_TEST_POSTGRES names. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

const binaries = '/usr/lib/postgresql/15/bin'
const startTimeoutMs = 30_000

/** Why PostgreSQL cannot be tested here; undefined: it can. */
export const postgresqlMissing: string | undefined =
  process.env['POSTHORN_TEST_POSTGRES'] === undefined && !existsSync(join(binaries, 'postgres'))
    ? 'PostgreSQL 15 is not installed (Debian: postgresql-15)'
    : undefined

export interface TestServer {
  /** Connection string of an administrator, for the given database. */
  url(database: string): string
  /** Stops it and removes its folder. A server that others share stays. */
  stop(): Promise<void>
}

/** A new server of one's own: for tests that stop it, or by `sharedServer`. */
export async function startServer(): Promise<TestServer & { readonly folder: string; readonly pid: () => Promise<number> }> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-pg-'))
  const root = process.getuid?.() === 0
  if (root) {
    const [uid, gid] = postgresIds()
    await chown(folder, uid, gid)
  }
  const watchdog = spawn('sh', ['-c', script, 'sh', folder, binaries, root ? 'setpriv --reuid=postgres --regid=postgres --clear-groups' : ''], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  })
  const url = (database: string) => `postgres://postgres@/${database}?host=${encodeURIComponent(folder)}`
  await untilAnswering(url('postgres'), watchdog)
  // From here on the server alone does not keep the test process from ending; its end ends the server.
  watchdog.unref()
  for (const stream of [watchdog.stdin, watchdog.stderr]) if (stream instanceof Socket) stream.unref()
  return {
    folder,
    url,
    pid: async () => Number((await readFile(join(folder, 'data/postmaster.pid'), 'utf8')).split('\n')[0]),
    async stop() {
      watchdog.ref()
      const ended = new Promise<void>((resolve) => (watchdog.exitCode === null ? watchdog.once('exit', () => resolve()) : resolve()))
      watchdog.stdin?.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function postgresIds(): [number, number] {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString())
  return [id('-u'), id('-g')]
}

/**
 * Starts the server again and again until its standard input closes, which also happens when the test process dies in
 * whatever way; then stops it and removes the folder. The default collation is German, so that a column that forgot its own is found.
 */
const script = `
folder=$1; bin=$2; as=$3
trap '' INT HUP TERM
$as $bin/initdb -D $folder/data -U postgres -A trust -E UTF8 --locale=C --locale-provider=icu --icu-locale=de --no-sync >/dev/null || exit 1
(
  while [ ! -e $folder/stop ]; do
    $as $bin/postgres -D $folder/data -k $folder -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=100 -c deadlock_timeout=50ms -c shared_buffers=64MB >>$folder/log 2>&1
    sleep 0.3
  done
) & loop=$!
cat >/dev/null
touch $folder/stop
kill -INT $(head -1 $folder/data/postmaster.pid) 2>/dev/null
wait $loop
rm -rf $folder
`

async function untilAnswering(url: string, watchdog: ChildProcess): Promise<void> {
  let complaint = ''
  watchdog.stderr?.on('data', (data: Buffer) => (complaint += data.toString()))
  const endMs = Date.now() + startTimeoutMs
  while (Date.now() < endMs && watchdog.exitCode === null) {
    if (await answers(url)) return
    await sleep(50)
  }
  watchdog.stdin?.end()
  throw new Error(`PostgreSQL does not start: ${complaint}`)
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

let shared: Promise<TestServer> | undefined

/** One server for the whole process, started when first asked for. */
export function sharedServer(): Promise<TestServer> {
  const given = process.env['POSTHORN_TEST_POSTGRES']
  shared ??= given === undefined ? startServer() : Promise.resolve({ url: (database) => withDatabase(given, database), stop: async () => {} })
  return shared
}

/** Called when a test file is done. */
export async function stopSharedServer(): Promise<void> {
  const server = shared
  shared = undefined
  await (await server)?.stop()
}

function withDatabase(url: string, database: string): string {
  return url.replace(/\/[^/?]*(\?|$)/, `/${database}$1`)
}

/** Runs one statement that cannot be in a transaction. */
export async function administer(server: TestServer, statement: string): Promise<void> {
  const client = new Client({ connectionString: server.url('postgres') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
