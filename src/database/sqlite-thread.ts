import type { MessagePort } from 'node:worker_threads'
import type { Catalogue, Change, Query } from './database.ts'
import { migrationCatalogue } from './migrate.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { SqliteReader } from './sqlite-reader.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import { type Answer, type FromThread, movable, packError, type Request, type ThreadRole, type ToThread } from './thread-messages.ts'

type Work = Query<unknown, unknown> | Change<unknown, unknown, unknown>

/**
 * Runs the catalogue's functions on SQLite in this thread until the port closes. The entry file (app/database-thread.ts) calls
 * it with `workerData` as `openSqlite` made it.
 */
export function serveSqlite({ role, path, catalogue, port }: { role: ThreadRole; path: string; catalogue: Catalogue; port: MessagePort }): void {
  const tell = (message: FromThread, transfer: readonly ArrayBuffer[] = []) => port.postMessage(message, [...transfer])
  const answer = (answers: readonly Answer[]) => tellAnswers(tell, answers)
  let opened: { readonly connection: SqliteConnection; readonly lane: Lane } | undefined
  const open = () => {
    try {
      const works = byName(catalogue)
      const connection = new SqliteConnection(path, role)
      opened = { connection, lane: role === 'writer' ? writerLane(connection, works, answer, tell) : readerLane(connection, works, answer) }
      tell({ kind: 'ready' })
    } catch (thrown) {
      tell({ kind: 'failed', error: packError(thrown) })
      port.close()
    }
  }
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'open':
        return open()
      case 'requests':
        for (const request of message.requests) opened?.lane.add(request)
        return
      case 'close':
        if (opened === undefined) port.close()
        else void closeLane(opened.lane, opened.connection, role, port)
    }
  })
}

/** Takes requests of its kind, and answers those that are not. */
interface Lane {
  add(request: Request): void
  idle(): Promise<void>
}

type AnswerAll = (answers: readonly Answer[]) => void
type Works = ReadonlyMap<string, Work>

function writerLane(connection: SqliteConnection, works: Works, answer: AnswerAll, tell: (message: FromThread) => void): Lane {
  const writer = new SqliteWriter(connection, answer, (event, thrown) => tell({ kind: 'trouble', event, error: packError(thrown) }))
  return {
    add([id, name, args]) {
      const work = works.get(name)
      if (work === undefined || !('durable' in work)) answer([unheardOf(id, name)])
      else writer.add(id, work, args)
    },
    idle: () => writer.idle(),
  }
}

function readerLane(connection: SqliteConnection, works: Works, answer: AnswerAll): Lane {
  const reader = new SqliteReader(connection, answer)
  return {
    add([id, name, args]) {
      const work = works.get(name)
      if (work === undefined || 'durable' in work) answer([unheardOf(id, name)])
      else reader.add(id, work, args)
    },
    idle: () => reader.idle(),
  }
}

function unheardOf(id: number, name: string): Answer {
  return [id, false, packError(new Error(`${name} is not in the catalogue of this database thread`))]
}

function byName(catalogue: Catalogue): Works {
  const works = new Map<string, Work>()
  for (const work of [...migrationCatalogue, ...catalogue]) {
    if (works.has(work.name)) throw new Error(`two queries or changes have the name ${work.name}`)
    works.set(work.name, work)
  }
  return works
}

/** One message for all; if one result cannot be cloned (a function in it), that one alone becomes an error. */
function tellAnswers(tell: (message: FromThread, transfer?: readonly ArrayBuffer[]) => void, answers: readonly Answer[]): void {
  if (answers.length === 0) return
  const moved = new Set<ArrayBuffer>()
  for (const [, ok, result] of answers) if (ok) movable(result, moved)
  try {
    tell({ kind: 'answers', answers }, [...moved])
  } catch (thrown) {
    const [only] = answers
    if (answers.length > 1) for (const one of answers) tellAnswers(tell, [one])
    else if (only !== undefined) tell({ kind: 'answers', answers: [[only[0], false, packError(thrown)]] })
  }
}

async function closeLane(lane: Lane, connection: SqliteConnection, role: ThreadRole, port: MessagePort): Promise<void> {
  await lane.idle()
  try {
    if (role === 'writer') connection.checkpoint('TRUNCATE')
  } finally {
    connection.close()
    port.close()
  }
}
