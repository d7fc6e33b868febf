/**
 * What goes between the protocol thread and a SQLite thread. Each side collects for one turn of its event loop and sends one
 * message, because a message costs far more than what it carries.
 */

import { ConstraintViolated, DatabaseUnavailable } from './database.ts'

export type ThreadRole = 'writer' | 'reader'

/** What the thread is started with (`workerData`). */
export interface ThreadStart {
  readonly role: ThreadRole
  readonly path: string
  /** The `threadData` given to `openSqlite`: what the entry file needs to build its catalogue. */
  readonly data: unknown
}

export type Request = readonly [id: number, name: string, args: unknown]

/** `open` comes first: a thread takes longer to start than to open the file, which only the writer makes. */
export type ToThread = { readonly kind: 'open' } | { readonly kind: 'requests'; readonly requests: readonly Request[] } | { readonly kind: 'close' }

export type Answer = readonly [id: number, ok: true, result: unknown] | readonly [id: number, ok: false, error: PackedError]

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: PackedError }
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'trouble'; readonly event: string; readonly error: PackedError }

export interface PackedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Own fields that can be cloned as they are: text, numbers, booleans. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly cause: PackedError | undefined
}

/** Causes deeper than this are dropped. */
const maxCauses = 4

export function packError(thrown: unknown, depth = 0): PackedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(error)) {
    if (key !== 'cause' && key !== 'name' && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')) fields[key] = value
  }
  const cause = error.cause === undefined || depth >= maxCauses ? undefined : packError(error.cause, depth + 1)
  return { name: error.name, message: error.message, stack: error.stack, fields, cause }
}

export function unpackError(packed: PackedError): Error {
  const cause = packed.cause === undefined ? undefined : unpackError(packed.cause)
  const error = makeError(packed, cause)
  if (packed.stack !== undefined) error.stack = packed.stack
  return error
}

function makeError(packed: PackedError, cause: Error | undefined): Error {
  const { name, message, fields } = packed
  if (name === 'DatabaseUnavailable') return new DatabaseUnavailable(message, { cause, full: fields['full'] === true })
  const options = cause === undefined ? undefined : { cause }
  if (name === 'ConstraintViolated') return new ConstraintViolated(message, options)
  return Object.assign(new Error(message, options), fields, { name })
}

/** Moving a buffer costs about as much as copying this many octets. */
const worthMovingBytes = 64 * 1024

/**
 * Buffers of a result that are moved to the other thread instead of copied: big typed arrays that fill their buffer, in the
 * result itself, its fields, or its first-level lists' rows. A result belongs to the caller: queries keep no reference to it.
 */
export function movable(result: unknown, found: Set<ArrayBuffer> = new Set(), depth = 0): Set<ArrayBuffer> {
  if (typeof result !== 'object' || result === null) return found
  if (ArrayBuffer.isView(result)) {
    const { buffer } = result
    if (buffer instanceof ArrayBuffer && result.byteLength >= worthMovingBytes && result.byteLength === buffer.byteLength) found.add(buffer)
    return found
  }
  if (depth === 2) return found
  // A list of more rows than this is made of small ones; looking at each would cost more than it saves.
  if (Array.isArray(result) && result.length > 64) return found
  for (const value of Object.values(result)) movable(value, found, depth + 1)
  return found
}
