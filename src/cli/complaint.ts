import { Refused } from '../api/refused.ts'
import { CertificateUnusable } from '../app/certificate.ts'
import { ConfigError, formatProblem } from '../config/problem.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import { DatabaseNewer } from '../database/migrate.ts'
import { LogMissing } from '../store/heal-log.ts'
import { IndexOfAnother } from '../store/owner.ts'
import type { Cli } from './command.ts'
import type { Texts } from './texts/en.ts'
import { CannotDo, WrongUse } from './trouble.ts'

/** Why a command did not do what was asked. */
export interface Complaint {
  readonly code: string
  readonly field?: string | undefined
  readonly message: string
  /** 1: refused. 2: wrong use. */
  readonly exitCode: 1 | 2
}

/** What is said of an error. */
export function complaintOf(error: unknown, { t, language }: Cli): Complaint {
  if (error instanceof Refused) return { code: error.code, field: error.field, message: error.text[language], exitCode: error.code === 'input' ? 2 : 1 }
  if (error instanceof WrongUse) return { code: 'usage', message: error.message, exitCode: 2 }
  if (error instanceof CannotDo) return { code: 'unavailable', message: error.message, exitCode: 1 }
  if (error instanceof ConfigError) {
    const lines = error.problems.map((problem) => formatProblem(error.file, problem, language))
    return { code: 'config', message: lines.join('\n'), exitCode: 2 }
  }
  if (error instanceof CertificateUnusable) return { code: 'certificate', message: error.text[language], exitCode: 1 }
  if (error instanceof DatabaseUnavailable) return { code: 'unavailable', message: t.trouble.database(error.message), exitCode: 1 }
  if (error instanceof DatabaseNewer) return { code: 'unavailable', message: t.trouble.newer(error.unknownSteps.join(', ')), exitCode: 1 }
  if (error instanceof LogMissing) return { code: 'unavailable', message: t.trouble.logMissing, exitCode: 1 }
  if (error instanceof IndexOfAnother) return { code: 'unavailable', message: t.trouble.indexOfAnother(error.node), exitCode: 1 }
  if (isSystemError(error)) return { code: 'unavailable', message: systemMessage(error, t), exitCode: 1 }
  return { code: 'fault', message: t.trouble.fault(error instanceof Error ? error.message : String(error)), exitCode: 1 }
}

interface SystemError extends NodeJS.ErrnoException {
  readonly code: string
  readonly address?: string
  readonly port?: number
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}

function systemMessage(error: SystemError, t: Texts): string {
  if (error.syscall !== 'listen' || error.address === undefined || error.port === undefined || error.port < 0) return t.trouble.system(error.message)
  const reasons: Readonly<Record<string, string>> = t.trouble.listenReasons
  const address = error.address.includes(':') ? `[${error.address}]:${error.port}` : `${error.address}:${error.port}`
  return t.trouble.listen(address, '[listen]', reasons[error.code] ?? error.message)
}
