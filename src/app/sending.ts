import { networkInterfaces } from 'node:os'
import { commit } from '../delivery/commit.ts'
import { LoggedQueue } from '../delivery/logged-queue.ts'
import { parseAddress } from '../mail/address.ts'
import { enterNodeChange } from '../queue/node.ts'
import type { RelayPool } from '../relay/pool.ts'
import { Deliverer, type SendingSettings } from '../sending/deliverer.ts'
import { observe } from '../sending/observe.ts'
import { databasePolicyStore } from '../sending/policy-store.ts'
import { DailyReports } from '../sending/reports/daily-reports.ts'
import { ofOneOrganisation } from '../msgauth/dmarc/tree-walk.ts'
import { MtaSts } from '../smtp/client/mta-sts.ts'
import type { HandingOn } from './handing-on.ts'
import type { Only } from './only.ts'
import type { Parts } from './open.ts'
import { nodeName } from './node-name.ts'

/** The way out, in the first process. */
export interface Sending {
  readonly queue: LoggedQueue
  /** Sessions under way have so long to come to their end. */
  stop(graceMs: number): Promise<void>
}

export async function startSending(parts: Parts, { resolver, journal, tlsTally }: Only, routes: RelayPool, { ownMail }: HandingOn): Promise<Sending> {
  const { config, clock, log, database, directory, store, content } = parts
  const { hostname } = config
  const node = await database.change(enterNodeChange, { name: await nodeName(config), nowMs: clock.now() })
  const queue = new LoggedQueue({ node, store, content, database, clock, journal, route: (report) => ownMail.accepted(report) })
  const deliverer = new Deliverer({
    ...{ queue, routes, resolver, clock, log, hostname, port: config.sending.port },
    ownNames: () => new Set(routes.helloNames),
    ipv6: hasIpv6(),
    mtaSts: new MtaSts({ resolver, clock, store: databasePolicyStore({ database, clock }) }),
    settings: () => sendingSettings(directory.settings),
    async languageOf(address) {
      const parsed = parseAddress(address)
      const found = parsed && (await directory.resolve(parsed)).found
      return found?.settings.language ?? 'en'
    },
    noteTls(outcome) {
      const observation = observe(outcome)
      if (observation !== undefined) tlsTally.note(observation)
    },
  })
  const reports = new DailyReports({
    ...{ database, resolver, clock, log, hostname },
    // Nobody could tell whose reports they are.
    wanted: () => directory.settings['reports.send'] && hostname.includes('.'),
    sameOrganisation: (one, other) => ofOneOrganisation(one, other, resolver),
    async send({ tlsOptional, ...report }) {
      const accepted = await ownMail.accepted(report, { tlsOptional })
      if (accepted !== undefined) await commit(accepted, { store, clock })
    },
  })
  deliverer.start()
  reports.start()
  return {
    queue,
    async stop(graceMs) {
      await reports.stop()
      await deliverer.stop(graceMs)
    },
  }
}

function sendingSettings(settings: Parts['directory']['settings']): SendingSettings {
  const perMinute = settings['sending.messages-per-minute']
  return {
    schedule: { giveUpMs: settings['sending.give-up'], firstMs: settings['sending.first-wait'], longestMs: settings['sending.longest-wait'] },
    delayNoticeMs: settings['sending.delay-notice'],
    pace: {
      maxSessions: settings['sending.sessions-per-destination'],
      maxMessagesPerSession: settings['sending.messages-per-session'],
      maxPerMinute: perMinute === 0 ? Number.POSITIVE_INFINITY : perMinute,
    },
    maxSessions: settings['sending.max-sessions'],
  }
}

/** An address that others can be reached from. */
function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family, internal, scopeid }) => family === 'IPv6' && !internal && scopeid === 0),
  )
}
