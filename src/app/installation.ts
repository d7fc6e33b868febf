import { BulkJobs } from '../api/bulk/jobs.ts'
import type { OperationContext, SilentEngine } from '../api/context.ts'
import type { OperationInput, OperationName, OperationOutput } from '../api/contract.ts'
import { finishRemovals } from '../api/operations/mailboxes.ts'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { Ephemeral } from '../ephemeral/ephemeral.ts'
import { openLocal } from '../ephemeral/local.ts'
import { QueueControl } from '../delivery/queue-control.ts'
import { statisticsQuery } from '../journal/statistics/statistics.ts'
import { queueStandingQuery } from '../queue/standing.ts'
import { storageUseQuery } from '../store/storage-use.ts'
import { journalPage, searchJournal } from '../journal/search.ts'
import { Greylisting } from '../protection/greylisting.ts'
import { Guesses } from '../protection/guesses.ts'
import { Reputation } from '../protection/reputation.ts'
import { type Rebuilt, rebuild } from '../store/rebuild.ts'
import { verify } from '../store/verify.ts'
import { Clamd } from '../virus/clamd.ts'
import type { VirusFinding } from '../virus/finding.ts'
import { Engines } from './judging/engines.ts'
import { noReputation, nobodyElse, openTeaching } from './judging/teaching.ts'
import { openDmarcReports, openTlsReports } from './other-reports.ts'
import { noLetterDesk } from './letters.ts'
import { openVault } from './installation-key.ts'
import { takeLock } from './lock.ts'
import { openLog } from './log.ts'
import { ownRulesFolder } from './rule-folders.ts'
import { openTestReasons } from './test-reasons.ts'
import { receivedMessage } from './received-message.ts'
import { ephemeralFolder, openParts, openPorts, type Parts } from './open.ts'
import { identityProviderDesk } from './identity-provider-desk.ts'
import { openSecondFactors } from './second-factors.ts'
import { openDomainKeys } from './signing.ts'
import { openZoneWatch } from './zones.ts'
import { standingOf } from './standing.ts'
import { relayDesk } from './relays.ts'

export { LockHeld } from './lock.ts'

/** Operations on an installation that this process has opened itself. */
export interface OpenInstallation {
  run<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>>
  close(): Promise<void>
}

/** Takes the lock and opens the data, without a server. @throws LockHeld */
export async function openInstallation(config: Config): Promise<OpenInstallation> {
  const lock = takeLock(config.data)
  try {
    // Only what goes wrong: a command's own words are for people.
    const { log, flush } = openLog('error')
    const parts = await openParts({ config, log })
    const context = operationContext(parts, log)
    await finishRemovals(context)
    return {
      run: async (name, input) => (await import('../api/run.ts')).runOperation(context, name, input),
      async close() {
        await context.bulk.close()
        await parts.close()
        await flush()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** What operations work with, from the parts. */
export function operationContext(parts: Parts, log: Log): OperationContext {
  const { clock, directory, store, database, content } = parts
  const context: OperationContext = {
    principal: { kind: 'system' },
    clock,
    log,
    directory,
    database,
    secondFactors: openSecondFactors(parts),
    vault: openVault(parts.config),
    estimateStrength: parts.strength.estimate,
    identityProviders: identityProviderDesk(parts),
    guesses: new Guesses(clock),
    store,
    bulk: new BulkJobs({
      ...{ database, clock, log, vault: openVault(parts.config) },
      make: async (principal, wanted) => (await import('../api/bulk/make-mailbox.ts')).makeMailboxFor(context, principal, wanted),
    }),
    dkim: openDomainKeys(parts),
    zones: openZoneWatch(parts),
    dmarc: openDmarcReports(parts),
    tlsReports: openTlsReports(parts),
    queue: new QueueControl(parts),
    searchJournal: (search) => searchJournal(database, search),
    journalPage: (request) => database.query(journalPage, request),
    statistics: {
      counts: (request) => database.query(statisticsQuery, request),
      queue: (of) => database.query(queueStandingQuery, of),
      storage: (of) => database.query(storageUseQuery, of),
    },
    testReasons: () => openTestReasons(ownRulesFolder(parts.config)),
    greylist: {
      confirm: (sender, settings) => withGreylist(parts, (greylist) => greylist.confirm(sender, settings)),
      forget: (sender) => withGreylist(parts, (greylist) => greylist.forget(sender)),
    },
    teach: async (octets, label, accountId) => {
      const teaching = await openTeaching(parts, nobodyElse, noReputation)
      try {
        return await teaching.teacher.teach(octets, label, accountId)
      } finally {
        await teaching.close()
      }
    },
    receivedMessage: (accountId, queueId) => receivedMessage(parts, accountId, queueId),
    askVirusCheck: () => askVirusCheck(parts),
    reputation: {
      of: (sender) => withReputation(parts, (reputation) => reputation.of(sender)),
      forget: (sender) => withReputation(parts, (reputation) => reputation.forget(sender)),
      taught: (mailbox, sender, evidence) => withReputation(parts, (reputation) => reputation.taught(mailbox, sender, evidence)),
    },
    // What was noticed is in the server's memory.
    troubledBlocklists: () => [],
    askEngines: () => askEngines(parts),
    standing: () => standingOf(parts, undefined),
    relays: relayDesk(parts),
    letters: noLetterDesk(parts),
    // Messages wait until a server runs.
    webhooks: { wake: () => {} },
    verify: () => verify({ content, database }),
  }
  return context
}

/** Where no server has the tables open. */
async function withTables<Result>({ config, clock, log }: Parts, use: (ephemeral: Ephemeral) => Promise<Result>): Promise<Result> {
  const ephemeral = openLocal({ folder: ephemeralFolder(config), clock, log })
  try {
    return await use(ephemeral)
  } finally {
    await ephemeral.close()
  }
}

function withReputation<Result>(parts: Parts, use: (reputation: Reputation) => Promise<Result>): Promise<Result> {
  const { clock, log } = parts
  return withTables(parts, (ephemeral) => use(new Reputation({ ephemeral, clock, log })))
}

function withGreylist<Result>(parts: Parts, use: (greylist: Greylisting) => Promise<Result>): Promise<Result> {
  const { clock, log, directory } = parts
  return withTables(parts, (ephemeral) => use(new Greylisting({ ephemeral, maxEntries: directory.settings['greylisting.max-entries'], clock, log })))
}

/** As a message would be looked at; with nothing in it, that takes a working clamd no time. */
const virusCheckMs = 3000

async function askVirusCheck({ config, log }: Parts): Promise<VirusFinding | undefined> {
  const { socket } = config.clamav
  if (socket === undefined) return undefined
  const clamd = new Clamd({ socket, log })
  try {
    return await clamd.scan([], virusCheckMs)
  } finally {
    clamd.close()
  }
}

async function askEngines({ config, log }: Parts): Promise<readonly SilentEngine[]> {
  const engines = new Engines(config, { log })
  try {
    return await engines.silent()
  } finally {
    engines.close()
  }
}

/** Makes the whole index anew from the content log. @throws LockHeld while anybody uses the data */
export async function rebuildInstallation(config: Config, onProgress: (records: number) => void): Promise<Rebuilt> {
  const lock = takeLock(config.data)
  const { log, flush } = openLog('error')
  try {
    // Without the store: it would not open over an index that cannot be used any more.
    const { content, database, close } = await openPorts({ config, log })
    try {
      return await rebuild({ content, database, clock: systemClock, log, onProgress })
    } finally {
      await close()
    }
  } finally {
    await flush()
    lock.release()
  }
}
