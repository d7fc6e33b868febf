import { CustomersTokens } from '../auth/oidc/customers-tokens.ts'
import { openVerifier } from '../auth/oauth/open.ts'
import type { TokenVerifier } from '../auth/oauth/verifier.ts'
import type { Clock } from '../base/clock.ts'
import type { Config } from '../config/config.ts'
import type { DmarcDesk } from '../dmarc/reports.ts'
import { DmarcTally } from '../dmarc/tally.ts'
import { BlocklistHealth } from '../dns/blocklist-health.ts'
import { type Ask, Resolver } from '../dns/resolver.ts'
import type { Ephemeral } from '../ephemeral/ephemeral.ts'
import { openLocal } from '../ephemeral/local.ts'
import { StatisticsTally } from '../journal/statistics/tally.ts'
import { JournalWriter } from '../journal/journal-writer.ts'
import { TlsTally } from '../tlsrpt/tally.ts'
import { Budgets, type ConnectionBudgets } from '../protection/budgets.ts'
import type { GuessBrakes } from '../protection/guesses.ts'
import { Rates, type RequestRates } from '../protection/request-rates.ts'
import type { JournalEntry } from '../journal/entry.ts'
import { openOidcClients } from './identity-providers.ts'
import { Metrics } from './metrics.ts'
import { ephemeralFolder, type Parts } from './open.ts'
import { ArrivedReports } from './arrived-reports.ts'
import { openDmarcReports, openTlsReports } from './other-reports.ts'

/** What the protocols use and what there is once, however many processes speak them: in the first it is there, the others ask. */
export interface Counting {
  readonly ephemeral: Ephemeral
  readonly budgets: ConnectionBudgets
  readonly guesses: GuessBrakes
  readonly rates: RequestRates
  readonly journal: { record(entry: JournalEntry): void }
  readonly resolver: Resolver
  readonly dmarc: DmarcDesk
  /** Is told how blocklists answer. */
  readonly blocklists: Pick<BlocklistHealth, 'note'>
  /** Of the operator's provider and of customers' own. */
  readonly tokens: TokenVerifier
  /** What Prometheus is told. */
  readonly metrics: { text(): Promise<string> }
}

/** The same in the process that has it. */
export interface Only extends Counting {
  readonly budgets: Budgets
  readonly journal: JournalWriter
  readonly tlsTally: TlsTally
  readonly blocklists: BlocklistHealth
  readonly metrics: Metrics
  readonly statistics: StatisticsTally
  /** After the last connection of all processes. */
  close(): Promise<void>
}

export function openOnly(parts: Parts): Only {
  const { config, clock, log, database, directory, content } = parts
  const ephemeral = openLocal({ folder: ephemeralFolder(config), log, clock })
  const budgets = new Budgets({ clock, settings: () => directory.settings })
  const logBytes = async () => (await content.segments()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const metrics = new Metrics({ database, directory, clock, connections: () => budgets.open, logBytes })
  const statistics = new StatisticsTally({ database, clock, log })
  const noted = (entry: JournalEntry) => {
    metrics.noted(entry)
    statistics.noted(entry)
  }
  const journal = new JournalWriter({ database, clock, log, noted })
  const resolver = openResolver(config, clock)
  const tally = new DmarcTally({ database, clock, log })
  const reports = new ArrivedReports({ dmarc: openDmarcReports(parts), tls: openTlsReports(parts), log })
  const tlsTally = new TlsTally({ database, clock, log })
  return {
    ephemeral,
    budgets,
    guesses: budgets.guesses,
    rates: new Rates({ clock, settings: () => directory.settings }),
    journal,
    resolver,
    tlsTally,
    dmarc: { note: (observation) => tally.note(observation), arrived: (message, arrival) => reports.arrived(message, arrival) },
    blocklists: new BlocklistHealth(clock),
    tokens: new CustomersTokens({
      directory,
      clients: openOidcClients(parts, resolver),
      installation: config.oauth && openVerifier(config.oauth, clock),
    }),
    metrics,
    statistics,
    async close() {
      resolver.close()
      await journal.close()
      await reports.settled()
      await tally.flush()
      await statistics.flush()
      await tlsTally.flush()
      await ephemeral.close()
    },
  }
}

/** `through`: in the others, the first one's. */
export function openResolver({ dns }: Config, clock: Clock, through?: Ask): Resolver {
  const servers = dns.servers.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`))
  return new Resolver({ servers, clock, ...(through !== undefined && { through }) })
}
