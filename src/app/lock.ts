import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'

/** Who works with a data folder. One process at a time: two would write one log. */
export interface Lock {
  release(): void
}

/** Another process works with the data folder. */
export class LockHeld extends Error {
  override readonly name = 'LockHeld'
  readonly folder: string
  /** As that process noted it; undefined: not readable. Only for people: the number may be another container's. */
  readonly pid: number | undefined

  constructor(folder: string, pid: number | undefined) {
    super(`${folder} is in use${pid === undefined ? '' : ` by process ${pid}`}`)
    this.folder = folder
    this.pid = pid
  }
}

const lockFile = 'lock'
const holderFile = 'lock-holder'
const retryMs = 50

/** Files whose lock is held: one that nobody refers to would be collected, and with it the lock. */
const held = new Set<Sqlite.Database>()

/**
 * Takes `data/lock`, which is a SQLite file with nothing in it: its exclusive transaction is an fcntl lock, so the kernel gives the
 * folder to one process and takes it back when that process ends, however it ends. Node has no other way to such a lock. (A file
 * with a process id needs a check and a take-over, which two can do at once, and process ids mean nothing across containers.)
 * The file must not be opened in any other way by the process that holds it: closing it would end the lock (POSIX).
 * @throws LockHeld
 */
export function takeLock(folder: string): Lock {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = new Sqlite(join(folder, lockFile), { timeout: 0 })
  try {
    // Nothing is ever written, so that no journal file appears beside it.
    file.pragma('journal_mode = MEMORY')
    file.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw new LockHeld(folder, readHolder(folder))
    throw error
  }
  held.add(file)
  writeFileSync(join(folder, holderFile), `${process.pid}\n`)
  return {
    release() {
      if (!file.open) return
      rmSync(join(folder, holderFile), { force: true })
      held.delete(file)
      file.close()
    },
  }
}

/** The same, waiting while a command that is about to end holds it. @throws LockHeld after `patienceMs` */
export async function waitForLock(folder: string, patienceMs: number): Promise<Lock> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    try {
      return takeLock(folder)
    } catch (error) {
      if (!(error instanceof LockHeld) || performance.now() >= endMs) throw error
      await sleep(retryMs)
    }
  }
}

function readHolder(folder: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, holderFile), 'utf8'), 10)
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}
