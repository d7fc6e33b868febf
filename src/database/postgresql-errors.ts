import { ConstraintViolated, DatabaseUnavailable } from './database.ts'

/** PostgreSQL's SQLSTATE codes (its manual, appendix A) by their first characters. */
const serialisation = new Set(['40001', '40P01'])
const unavailable = /^(08|53|57|58|25006|55P03|XX001|XX002)/
const diskFull = '53100'

/** Node's codes for a server that is not there, and pg's own errors, which have none. */
const network = /^(ECONN|ENOENT|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_|ENOTFOUND|EADDRNOTAVAIL|EACCES)/
const pgOwn =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Query read timeout/i

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
}

/** A conflict with another transaction: run again, it will see what the other one did. */
export function isSerialisationFailure(thrown: unknown): boolean {
  return serialisation.has(codeOf(thrown))
}

/** The connection is lost or not to be trusted any more, or there is none to be had. */
export function isConnectionFailure(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return network.test(code) || /^(08|57P)/.test(code) || (code === '' && thrown instanceof Error && pgOwn.test(thrown.message))
}

/** What pg threw as the port's classes; anything else is a fault of the program and stays as it is. */
export function postgresqlError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof DatabaseUnavailable) return thrown
  const code = codeOf(thrown)
  if (code.startsWith('23')) return new ConstraintViolated(thrown.message, { cause: thrown })
  if (serialisation.has(code) || unavailable.test(code) || isConnectionFailure(thrown)) {
    return new DatabaseUnavailable(code === '' ? thrown.message : `${code}: ${thrown.message}`, { cause: thrown, full: code === diskFull })
  }
  return thrown
}
