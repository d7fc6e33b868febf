import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { AccountId } from '../mail/ids.ts'
import { catalogue } from './catalogue.ts'
import { openHandingOn } from './handing-on.ts'
import { makeTicketKeys, openCertificate, readClientCa, type TlsMaterial } from './certificate.ts'
import { type BoundAddress, openListeners, waitUntilFree } from './listeners.ts'
import { startMaintenance } from './maintenance.ts'
import { type Only, openOnly } from './only.ts'
import type { Parts } from './open.ts'
import { answering } from './processes/answer.ts'
import type { Start } from './processes/calls.ts'
import { Others } from './processes/others.ts'
import { Reputation } from '../protection/reputation.ts'
import { Idempotency } from '../api/idempotency.ts'
import type { OperationContext } from '../api/context.ts'
import { Greylisting } from '../protection/greylisting.ts'
import { QueueControl } from '../delivery/queue-control.ts'
import type { Operate } from '../http/api.ts'
import { startLockUpkeep } from './lock-upkeep.ts'
import { standingOf } from './standing.ts'
import { type Letters, startLetters } from './letters.ts'
import { openTeaching } from './judging/teaching.ts'
import { openProtocols, type ProtocolParts } from './protocols.ts'
import { type PlaceNotices, startPlaceNotices } from './place-notices.ts'
import { startQuotaWarnings } from './quota-warnings.ts'
import { type Sending, startSending } from './sending.ts'
import { startKeyUpkeep } from './signing.ts'
import { openRelays } from './relays.ts'
import { openZoneWatch, startZoneUpkeep } from './zones.ts'
import { startTextIndex } from './text-index.ts'
import { noting, startWebhooks, type Webhooks } from './webhooks.ts'

export interface Server {
  /** In the order of the configuration. */
  readonly listeners: readonly BoundAddress[]
  /** What operations work with while it runs. */
  readonly context: OperationContext
  /** Takes no more connections, lets transactions under way come to their end, resolves when all is written. */
  close(graceMs?: number): Promise<void>
}

/** How long open connections may take to come to an end when the server stops. */
const defaultGraceMs = 10_000

/**
 * Everything that a running server has beyond its data: protocols, listeners, upkeep, and the processes beside this one.
 * @param offline what operations work with where no server runs
 */
export async function startServer(parts: Parts, offline: OperationContext): Promise<Server> {
  const { config, log } = parts
  const sinceMs = parts.clock.now()
  const tls = await openTls(parts)
  const spool = join(config.data, 'spool')
  await removeSpoolsOfOthers(spool)
  const only = openOnly(parts)
  let webhooks: Webhooks | undefined
  const noteEvents = noting(parts, () => webhooks?.wake())
  const quotaWarnings = startQuotaWarnings({ ...parts, noteEvents })
  const mailboxFull = (accountId: AccountId) => quotaWarnings.refused(accountId)
  const reputation = new Reputation({ ephemeral: only.ephemeral, clock: parts.clock, log })
  const teaching = await openTeaching(parts, only.ephemeral, reputation)
  const { models, teacher } = teaching
  parts.store.onStep(() => teacher.look())
  parts.store.onStep((step) => {
    only.metrics.stepped(step)
    only.statistics.add(step.counts ?? [])
  })
  const autolearn: ProtocolParts['autolearn'] = (label, octets) => teacher.autolearn(label, octets)
  const handingOn = await openHandingOn(parts, only.ephemeral)
  const relays = await openRelays(parts, only.resolver, true)
  let others: Others | undefined
  let sending: Sending | undefined
  let letters: Letters | undefined
  let placeNotices: PlaceNotices | undefined
  let listening: readonly BoundAddress[] = []
  const zones = openZoneWatch(parts, () => listening)
  const context: OperationContext = {
    ...offline,
    guesses: only.guesses,
    queue: new QueueControl(parts, () => sending?.queue.wake()),
    // Whoever asks why a mail was refused has as a rule just seen it refused.
    async *searchJournal(search) {
      await others?.flush()
      await only.journal.flush()
      yield* offline.searchJournal(search)
    },
    statistics: {
      ...offline.statistics,
      async counts(request) {
        await others?.flush()
        await only.statistics.flush()
        return await offline.statistics.counts(request)
      },
    },
    async journalPage(request) {
      await others?.flush()
      await only.journal.flush()
      return await offline.journalPage(request)
    },
    teach: (octets, label, accountId) => teacher.teach(octets, label, accountId),
    troubledBlocklists: () => only.blocklists.troubled(),
    reputation,
    greylist: new Greylisting({
      ...{ ephemeral: only.ephemeral, clock: parts.clock, log: parts.log },
      maxEntries: parts.directory.settings['greylisting.max-entries'],
    }),
    standing: () => standingOf(parts, { sinceMs, chain: tls.chain, resolver: only.resolver }),
    relays: relays.desk,
    letters: {
      sender: () => offline.letters.sender(),
      canBeDeclined: () => letters?.desk.canBeDeclined() ?? false,
      test: async (content, accountId) => await letters?.desk.test(content, accountId),
      wake: () => letters?.desk.wake(),
    },
    webhooks: { wake: () => webhooks?.wake() },
    zones,
  }
  const idempotency = new Idempotency(parts)
  const operateFor: Operate = async (principal, name, input, key) => {
    const { operate } = await import('../api/operate.ts')
    const run = () => operate({ ...context, principal }, name, input)
    return key === undefined ? await run() : await idempotency.once({ principal, key, name, input }, run)
  }
  const protocols = await openProtocols({ ...parts, handingOn, counting: only, operate: operateFor, tls, spool, mailboxFull, models, autolearn })
  const upkeep = startMaintenance(parts, (segment) => others?.dropped(segment))
  const textIndex = startTextIndex(parts)
  const keyUpkeep = startKeyUpkeep(parts)
  const zoneUpkeep = startZoneUpkeep(zones, log)
  const lockUpkeep = startLockUpkeep(context)
  const closers: ((graceMs: number) => Promise<void>)[] = []
  const close = async (graceMs = defaultGraceMs) => {
    await upkeep.stop()
    await textIndex.stop()
    await keyUpkeep.stop()
    await zoneUpkeep.stop()
    await lockUpkeep.stop()
    await letters?.stop()
    await placeNotices?.stop()
    await quotaWarnings.stop()
    await context.bulk.close()
    await Promise.all(closers.map((closer) => closer(graceMs)))
    await protocols.close()
    await teaching.close()
    await relays.close()
    await only.close()
  }
  try {
    const reusePort = config.processes > 1
    const wanted = Object.keys(protocols.serve).flatMap((name) => addressesOf(config, name as keyof typeof protocols.serve))
    if (reusePort) await waitUntilFree(wanted)
    const listeners = await openListeners(wanted, { serve: protocols.serve, config, log })
    closers.push((graceMs) => listeners.close(graceMs))
    protocols.listensAt(listeners.addresses)
    const { addresses } = listeners
    listening = addresses
    const started = await startSending(parts, { only, routes: relays.pool, handingOn, noteEvents })
    sending = started
    letters = await startLetters(parts, handingOn, addresses)
    const posting = await startWebhooks(parts, only.resolver, handingOn)
    webhooks = posting
    closers.push((graceMs) => posting.stop(graceMs))
    placeNotices = await startPlaceNotices(parts, handingOn, addresses)
    closers.push((graceMs) => started.stop(graceMs))
    if (reusePort) {
      others = await startOthers({ ...parts, mailboxFull, autolearn, operate: operateFor }, only, () => ({ config, addresses, tls, end: parts.content.end() }))
      closers.push((graceMs) => others?.drain(graceMs) ?? Promise.resolve())
    }
    context.bulk.resume()
    return { listeners: addresses, context, close }
  } catch (thrown) {
    await close(0)
    throw thrown
  }
}

async function openTls({ config, clock, log }: Parts): Promise<TlsMaterial> {
  const { chain, key, warnings } = await openCertificate({ hostname: config.hostname, data: config.data, files: config.tls, nowMs: clock.now() })
  for (const warning of warnings) log.warn('certificate', { detail: warning.en })
  return { chain, key, clientCa: config.clientCa === undefined ? undefined : await readClientCa(config.clientCa), ticketKeys: makeTicketKeys() }
}

function addressesOf(config: Parts['config'], name: BoundAddress['name']): BoundAddress[] {
  return config.listen[name].map(({ host, port }) => ({ name, host, port }))
}

async function startOthers(
  parts: Parts & Pick<ProtocolParts, 'mailboxFull' | 'autolearn' | 'operate'>,
  only: Only,
  start: () => Omit<Start, 'number'>,
): Promise<Others> {
  const { config, log, directory, database, store, content, mailboxFull, autolearn, operate } = parts
  const changes = new Map(catalogue(content).flatMap((work) => ('durable' in work ? [[work.name, work]] : [])))
  const others: Others = new Others({
    count: config.processes - 1,
    log,
    start,
    answering: (process) =>
      answering({
        only,
        records: store.records,
        database,
        changes,
        directory,
        tellDirectory: (version) => others.directoryChanged(version, process.number),
        notice: (notice) => process.notice(notice),
        textWanted: (accountId) => store.wantText(accountId),
        mailboxFull,
        autolearn,
        operate,
        ready: () => process.accepts(),
      }),
  })
  // Before they start: from then on they must miss nothing.
  store.onStep((step) => others.step(step))
  directory.tellOthers((version) => others.directoryChanged(version))
  await others.start()
  return others
}

/** Of processes that there were, more than there are now perhaps: messages that were never acknowledged. */
async function removeSpoolsOfOthers(spool: string): Promise<void> {
  for (const name of await readdir(spool).catch(() => [])) if (/^\d+$/.test(name)) await rm(join(spool, name), { recursive: true, force: true })
}
