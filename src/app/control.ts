import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { OperationContext } from '../api/context.ts'
import type { Answered } from '../api/operate.ts'
import type { Log } from '../base/log.ts'

/** In the data folder, for whoever may read that: mode 0600. */
export const controlSocket = 'control.sock'

/** Octets of one request: 20,000 list entries of 260 octets, and JSON around them. */
const maxRequestBytes = 8 * 1024 * 1024

/** One line of JSON each way. */
export interface ControlRequest {
  readonly id: number
  readonly operation: string
  readonly input: unknown
}

export type ControlAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly kind: 'refused' } & NonNullable<Answered['refused']> }
  /** A fault of ours: the server's log has more. */
  | { readonly id: number; readonly error: { readonly kind: 'fault'; readonly message: string } }

interface ControlOptions {
  readonly path: string
  readonly context: OperationContext
  readonly log: Log
}

/**
 * Serves operations to the CLI while the server runs. The caller holds the data folder's lock, so a socket that is there already
 * is a dead process's.
 */
export async function listenControl({ path, context, log }: ControlOptions): Promise<{ close(): Promise<void> }> {
  const stopped = new AbortController()
  const busy = new Set<Promise<void>>()
  const server = createServer((socket) => {
    const served = serve(socket, { context, log, stopped: stopped.signal }).finally(() => busy.delete(served))
    busy.add(served)
  })
  rmSync(path, { force: true })
  await listening(server, path)
  chmodSync(path, 0o600)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // What has been asked is answered; nothing more is read.
      stopped.abort()
      await Promise.all(busy)
      await closed
    },
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

/** Requests of one connection, one after another, until the peer or the server has had enough. */
async function serve(
  socket: Socket,
  { context, log, stopped }: { readonly context: OperationContext; readonly log: Log; readonly stopped: AbortSignal },
): Promise<void> {
  socket.on('error', () => socket.destroy())
  limit(socket)
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY, signal: stopped })
  try {
    for await (const line of lines) {
      const answer = await answerTo(line, context, log)
      if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`)
      if (stopped.aborted) break
    }
  } finally {
    socket.end()
    // The peer may leave its half open; nobody reads it any more.
    socket.destroySoon()
  }
}

/** A line without an end must not fill memory. */
function limit(socket: Socket): void {
  let length = 0
  socket.on('data', (octets: Buffer) => {
    const last = octets.lastIndexOf(10)
    length = last < 0 ? length + octets.length : octets.length - last - 1
    if (length > maxRequestBytes) socket.destroy()
  })
}

async function answerTo(line: string, context: OperationContext, log: Log): Promise<ControlAnswer> {
  const request = parseRequest(line)
  if (request === undefined) return { id: 0, error: { kind: 'fault', message: 'not a request: {"id": 1, "operation": "domain.list", "input": {}}' } }
  try {
    const { operate } = await import('../api/operate.ts')
    const answered = await operate(context, request.operation, request.input)
    if (answered.refused !== undefined) return { id: request.id, error: { kind: 'refused', ...answered.refused } }
    return { id: request.id, result: answered.done }
  } catch (error) {
    log.error('operation failed', { operation: request.operation, err: error })
    return { id: request.id, error: { kind: 'fault', message: error instanceof Error ? error.message : String(error) } }
  }
}

function parseRequest(line: string): ControlRequest | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('id' in value) || !('operation' in value) || !('input' in value)) return undefined
  const { id, operation, input } = value
  return typeof id === 'number' && typeof operation === 'string' ? { id, operation, input } : undefined
}
