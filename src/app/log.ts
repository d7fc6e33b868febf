import pino from 'pino'
import type { Log, LogFields } from '../base/log.ts'
import { LogWriter } from './log-writer.ts'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** A field of such a name is a mistake of ours; its value does not reach the log all the same. */
const secretName = /pass(word|phrase|wd)?$|secret|token|credential|authorization|cookie|private.?key|^sasl|verifier/i

export interface OpenLog {
  readonly log: Log
  /** Resolves when all lines are written, at the latest after a second; for the end of the process, also a bad one. */
  readonly flush: () => Promise<void>
}

interface LogOptions {
  readonly fd?: number
  /** There are several processes that write to it: this one's number stands in each line. */
  readonly process?: number
}

/**
 * JSON lines on stderr (or `fd`): `{"level":"info","time":"2026-11-22T02:30:00.000Z","event":"listening",…}`. Lines go out
 * beside the protocols' work and never hold it up.
 */
export function openLog(level: LogLevel, { fd = 2, process }: LogOptions = {}): OpenLog {
  const writer = new LogWriter(fd, { alone: process === undefined })
  const logger = pino(
    {
      level,
      base: process === undefined ? null : { process },
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    writer,
  )
  const write = (chosen: LogLevel) => (event: string, fields?: LogFields) => {
    if (!logger.isLevelEnabled(chosen)) return
    const lines = writer.takeDropped()
    if (lines > 0) logger.warn({ lines }, 'log lines dropped')
    logger[chosen](fields === undefined ? {} : withoutSecrets(fields), event)
  }
  return {
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    flush: async () => await writer.flush(1000),
  }
}

/** `POSTHORN_LOG`, where it names a level; undefined: it names something else. */
export function logLevelOf(text: string | undefined): LogLevel | undefined {
  if (text === undefined || text === '') return 'info'
  return logLevels.find((level) => level === text.toLowerCase())
}

/** Which names are secret, remembered: there are few, and each message logs a dozen. At most `maxNames`. */
const judged = new Map<string, boolean>()
const maxNames = 10_000

function isSecret(name: string): boolean {
  const known = judged.get(name)
  if (known !== undefined) return known
  const secret = secretName.test(name)
  if (judged.size < maxNames) judged.set(name, secret)
  return secret
}

/** The fields, with the values of secret ones replaced, down to the third level. Copies only where there is something to hide. */
function withoutSecrets(fields: LogFields, depth = 0): LogFields {
  let clean: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(fields)) {
    const shown = isSecret(name) && value !== undefined ? '[hidden]' : isPlain(value) && depth < 3 ? withoutSecrets(value, depth + 1) : value
    if (shown === value) continue
    clean ??= { ...fields }
    clean[name] = shown
  }
  return clean ?? fields
}

function isPlain(value: unknown): value is LogFields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
