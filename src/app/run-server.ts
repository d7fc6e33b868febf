import { join } from 'node:path'
import { generatePassword } from '../auth/generate-password.ts'
import { newCredentials } from '../auth/new-credentials.ts'
import { addOperator } from '../directory/change/credentials.ts'
import { listOperators } from '../directory/query/listings.ts'
import { finishRemovals } from '../api/operations/mailboxes.ts'
import type { Config } from '../config/config.ts'
import { controlSocket, listenControl } from './control.ts'
import { watchFaults } from './faults.ts'
import { operationContext } from './installation.ts'
import { waitForLock } from './lock.ts'
import { logLevelOf, openLog } from './log.ts'
import { openParts, type Parts } from './open.ts'
import { startServer } from './server.ts'

export { LockHeld } from './lock.ts'

/** A command that holds the data ends within this. */
const lockPatienceMs = 10_000

interface RunOptions {
  readonly config: Config
  /** One line on standard output: `listening NAME HOST:PORT` for each listener, then `ready`. */
  readonly say: (line: string) => void
  /** A new installation's first operator, told once. */
  readonly firstOperator: (name: string, password: string) => void
  /** POSTHORN_LOG: debug, info, warn or error. */
  readonly logLevel: string | undefined
}

/** Runs the server in the foreground until SIGTERM or SIGINT, and resolves to the exit code. */
export async function runServer({ config, say, firstOperator, logLevel }: RunOptions): Promise<number> {
  const level = logLevelOf(logLevel)
  const { log, flush } = openLog(level ?? 'info', config.processes > 1 ? { process: 1 } : {})
  if (level === undefined) log.warn('unknown log level', { given: logLevel, known: 'debug, info, warn, error' })
  for (const name of config.notServed) log.warn('listener not part of this version', { name })
  const stopped = stopSignal()
  const unwatch = watchFaults(log, flush)
  const lock = await waitForLock(config.data, lockPatienceMs)
  try {
    const parts = await openParts({ config, log })
    try {
      await serve(parts, { say, firstOperator, stopped })
    } finally {
      await parts.close()
    }
    return 0
  } finally {
    unwatch()
    log.info('stopped')
    await flush()
    lock.release()
  }
}

async function serve(
  parts: Parts,
  { say, firstOperator, stopped }: Pick<RunOptions, 'say' | 'firstOperator'> & { readonly stopped: Promise<string> },
): Promise<void> {
  const { config, log } = parts
  const context = operationContext(parts, log)
  await finishRemovals(context)
  warnOfLoadTestSettings(parts)
  const server = await startServer(parts, context)
  const control = await listenControl({ path: join(config.data, controlSocket), context: server.context, log })
  try {
    // Only now: a start that fails must not tell the password, as it is told once.
    if ((await parts.directory.query(listOperators, undefined)).length === 0) firstOperator(firstName, await addFirstOperator(parts))
    for (const { name, host, port } of server.listeners) say(`listening ${name} ${host.includes(':') ? `[${host}]` : host}:${port}`)
    say('ready')
    log.info('stopping', { signal: await stopped })
  } finally {
    await Promise.all([control.close(), server.close()])
  }
}

const firstName = 'admin'

/** Without what all operations are made of: nobody has asked for one yet. Resolves to the password. */
async function addFirstOperator({ directory }: Parts): Promise<string> {
  const password = generatePassword()
  const credentials = await newCredentials(password, { scram: directory.settings['password.scram'] })
  await directory.change(addOperator, 'start', { name: firstName, mailbox: undefined, credentials })
  return password
}

/** What is meant for load tests only must not be forgotten. */
function warnOfLoadTestSettings({ directory, log }: Parts): void {
  for (const key of ['login-throttle', 'connection-limits'] as const) if (!directory.settings[key]) log.warn('a protection is switched off', { setting: key })
}

/** The first SIGTERM or SIGINT; a second one ends the process as it would without us. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      process.removeListener('SIGTERM', stop)
      process.removeListener('SIGINT', stop)
      resolve(signal)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}
