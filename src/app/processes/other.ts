import type { AccountId } from '../../mail/ids.ts'
import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Config } from '../../config/config.ts'
import { compareLocations, type Location } from '../../content/content.ts'
import { SegmentReader } from '../../content/segment-reader.ts'
import type { Database } from '../../database/database.ts'
import { openPostgresql } from '../../database/postgresql.ts'
import { openSqliteReader } from '../../database/sqlite.ts'
import { Directory } from '../../directory/directory.ts'
import { IndexedStore } from '../../store/indexed-store.ts'
import { openHandingOn } from '../handing-on.ts'
import { openResolver } from '../only.ts'
import { openListeners } from '../listeners.ts'
import { connectionsOf, databaseFile, contentFolder } from '../open.ts'
import { LearnedModels } from '../judging/models.ts'
import { openProtocols, type ProtocolParts } from '../protocols.ts'
import { ThreadedTextSearch } from '../text-search.ts'
import { databaseThreadEntry } from '../thread-entry.ts'
import {
  blocklistsOf,
  brakesOf,
  budgetsOf,
  changeOf,
  dmarcOf,
  dnsOf,
  journalOf,
  metricsOf,
  operateOf,
  ratesOf,
  recordsOf,
  RemoteEphemeral,
  tokensOf,
} from './ask.ts'
import type { FirstCalls, OtherCalls, Start } from './calls.ts'
import { Link, type Message, type Send } from './link.ts'

/** A process beside the first, which speaks the protocols. */
export interface Other {
  /** Resolves when it accepts connections. */
  readonly serving: Promise<void>
  /** It was told to come to an end, and has. */
  readonly drained: boolean
  receive(messages: readonly Message[]): void
}

/**
 * What it reads, it reads by itself: the database by a thread or a connection of its own, messages from the segment files. What it changes
 * and what is counted, it asks the first process for.
 */
export function serveBeside({ log, send }: { readonly log: Log; readonly send: Send }): Other {
  const started = Promise.withResolvers<Start>()
  let end: Location | undefined
  let drained = false
  const moved = (to: Location) => {
    if (end === undefined || compareLocations(to, end) > 0) end = to
  }
  const calls: OtherCalls = {
    start(start) {
      moved(start.end)
      started.resolve(start)
    },
    step(step) {
      moved(step.to)
      open?.store.tell(step)
    },
    dropped: (segment) => open?.content.forget(segment),
    notice: (notice) => ephemeral.hear(notice),
    directoryChanged: async (version) => (await opened).directory.follow(version),
    flush: () => {},
    async drain(graceMs) {
      await (await serving).close(graceMs)
      drained = true
    },
  }
  const first = new Link<FirstCalls>(send, calls, log)
  const ephemeral = new RemoteEphemeral(first, log)
  let open: Opened | undefined
  const opened = started.promise.then(async ({ config }) => (open = await openBeside({ config, log, first, end: () => end ?? beginning })))
  const serving = Promise.all([started.promise, opened]).then(async ([start, parts]) => {
    const running = await serve({ start, parts, first, ephemeral, log })
    first.tell('ready', undefined)
    return running
  })
  return {
    serving: serving.then(() => {}),
    get drained() {
      return drained
    },
    receive: (messages) => first.receive(messages),
  }
}

const beginning: Location = { segment: 0, offset: 0 }

interface Opened {
  readonly config: Config
  readonly directory: Directory
  readonly database: Database
  readonly store: IndexedStore
  readonly content: SegmentReader
  close(): Promise<void>
}

interface OpenOptions {
  readonly config: Config
  readonly log: Log
  readonly first: Link<FirstCalls>
  readonly end: () => Location
}

async function openBeside({ config, log, first, end }: OpenOptions): Promise<Opened> {
  const content = new SegmentReader({ folder: contentFolder(config), durableEnd: end })
  const database = await openDatabase({ config, log, first })
  const directory = await Directory.open({ database, clock: systemClock, log })
  directory.tellOthers((version) => first.call('directoryChanged', version))
  const texts = new ThreadedTextSearch(content, contentFolder(config))
  const store = IndexedStore.beside({ content, database, texts, clock: systemClock, quotaOf: (accountId) => directory.quotaOf(accountId) }, recordsOf(first))
  store.onTextWanted((accountId) => first.tell('textWanted', accountId))
  return {
    config,
    directory,
    database,
    store,
    content,
    async close() {
      directory.close()
      await texts.close()
      await database.close()
      await content.close()
    },
  }
}

async function openDatabase({ config, log, first }: Omit<OpenOptions, 'end'>): Promise<Database> {
  if (config.database.engine === 'postgresql') return await openPostgresql({ url: config.database.url, log, connections: connectionsOf(config) })
  const threadData = { contentFolder: contentFolder(config) }
  const reader = await openSqliteReader({ path: databaseFile(config), threadEntry: databaseThreadEntry, threadData, log })
  return { engine: 'sqlite', ...reader, change: changeOf(first) }
}

interface ServeOptions {
  readonly start: Start
  readonly parts: Opened
  readonly first: Link<FirstCalls>
  readonly ephemeral: RemoteEphemeral
  readonly log: Log
}

async function serve({ start, parts, first, ephemeral, log }: ServeOptions): Promise<{ close(graceMs: number): Promise<void> }> {
  const { config, number, tls, addresses } = start
  const { store, directory, database } = parts
  const resolver = openResolver(config, systemClock, dnsOf(first))
  const counting = {
    ephemeral,
    budgets: budgetsOf(first),
    guesses: brakesOf(first),
    rates: ratesOf(first),
    journal: journalOf(first),
    resolver,
    dmarc: dmarcOf(first),
    blocklists: blocklistsOf(first),
    tokens: tokensOf(first),
    metrics: metricsOf(first),
  }
  const spool = join(config.data, 'spool', String(number))
  const mailboxFull = (accountId: AccountId) => first.tell('mailboxFull', accountId)
  const models = await LearnedModels.open({ database, ephemeral, log })
  const autolearn: ProtocolParts['autolearn'] = (label, octets) => first.tell('autolearn', { label, octets })
  const handingOn = await openHandingOn({ config, clock: systemClock, log, database, directory, store }, ephemeral)
  const protocols = await openProtocols({
    ...{ config, clock: systemClock, log, database, store, directory, handingOn, counting, tls, spool, mailboxFull, models, autolearn },
    operate: operateOf(first),
  })
  const listeners = await openListeners(addresses, { serve: protocols.serve, config, log })
  protocols.listensAt(listeners.addresses)
  return {
    async close(graceMs) {
      await listeners.close(graceMs)
      await protocols.close()
      models.close()
      resolver.close()
      await parts.close()
    },
  }
}
