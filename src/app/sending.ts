import { networkInterfaces } from 'node:os'
import { LoggedQueue } from '../delivery/logged-queue.ts'
import type { Autoresponder } from '../delivery/autoresponse/autoresponder.ts'
import { parseAddress } from '../mail/address.ts'
import { freeLeasesChange, nodeNumberChange } from '../queue/node.ts'
import { Outside } from '../outside/outside.ts'
import type { RelayPool } from '../relay/pool.ts'
import type { HeldHere } from '../mail/outgoing.ts'
import type { Due } from '../queue/queue.ts'
import { Arrivals } from '../sending/arrivals.ts'
import { Deliverer, type SendingSettings } from '../sending/deliverer.ts'
import { observe } from '../sending/observe.ts'
import { databasePolicyStore } from '../sending/policy-store.ts'
import { DailyReports } from '../sending/reports/daily-reports.ts'
import { ofOneOrganisation } from '../msgauth/dmarc/tree-walk.ts'
import { MtaSts } from '../smtp/client/mta-sts.ts'
import type { HandingOn } from './handing-on.ts'
import type { Only } from './only.ts'
import type { Parts } from './open.ts'
import { ourselves } from './own-mail.ts'
import { nodeName } from './node-name.ts'
import { bounceEvents, type NoteEvents } from './webhooks.ts'

/** The way out, in the first process. */
export interface Sending {
  readonly queue: LoggedQueue
  /** Sessions under way have so long to come to their end. */
  stop(graceMs: number): Promise<void>
}

export interface SendingNeeds {
  readonly only: Only
  readonly routes: RelayPool
  readonly handingOn: HandingOn
  readonly noteEvents: NoteEvents
}

export async function startSending(parts: Parts, { only, routes, handingOn, noteEvents }: SendingNeeds): Promise<Sending> {
  const { resolver, journal, tlsTally } = only
  const { config, clock, log, database, directory, store, content } = parts
  const { hostname } = config
  const { ownMail } = handingOn
  const node = await database.change(nodeNumberChange, { name: await nodeName(config) })
  // A full disk does not keep a server from starting.
  await database.change(freeLeasesChange, { node, nowMs: clock.now() }).catch((err: unknown) => log.warn('leases of the last run end by themselves', { err }))
  const queue = new LoggedQueue({ node, store, content, database, clock, journal, route: (report) => ownMail.accepted(report) })
  const languageOf = async (address: string) => {
    const parsed = parseAddress(address)
    const found = parsed && (await directory.resolve(parsed)).found
    return found?.settings.language ?? 'en'
  }
  const arrivals = new Arrivals({
    ...{ queue, hostname, languageOf, clock, log },
    isThere: async (accountId) => (await directory.senderOf(accountId)) !== undefined,
    async tell(report) {
      const accepted = await ownMail.accepted(report)
      if (accepted !== undefined) await handingOn.commit(accepted)
    },
    answer: (due, here, headerSection) => answerArrived(due, { here, headerSection }, { directory, autoresponder: handingOn.autoresponder }),
  })
  const outside = new Outside({ resolver, settings: () => directory.settings })
  const deliverer = new Deliverer({
    ...{ queue, routes, resolver, clock, log, hostname, port: config.sending.port },
    ownNames: () => new Set(routes.helloNames),
    ipv6: hasIpv6(),
    mtaSts: new MtaSts({
      resolver,
      clock,
      store: databasePolicyStore({ database, clock }),
      outside: new Outside({ resolver, settings: () => directory.settings }),
    }),
    settings: () => sendingSettings(directory.settings),
    ...{ arrivals, languageOf },
    bounced: (due, failed) => noteEvents(bounceEvents(due, failed, clock.now())),
    noteTls(outcome) {
      const observation = observe(outcome)
      if (observation !== undefined) tlsTally.note(observation)
    },
  })
  const reports = new DailyReports({
    ...{ database, resolver, outside, clock, log, hostname },
    // Nobody could tell whose reports they are.
    wanted: () => directory.settings['reports.send'] && hostname.includes('.'),
    sameOrganisation: (one, other) => ofOneOrganisation(one, other, resolver),
    async send({ tlsOptional, ...report }) {
      const accepted = await ownMail.accepted(report, { tlsOptional })
      if (accepted !== undefined) await handingOn.commit(accepted)
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

/** An absent person answers what waited for its time when it comes, as anything else. */
async function answerArrived(
  { queueId, reversePath, recipients }: Due,
  { here, headerSection }: { readonly here: HeldHere; readonly headerSection: Uint8Array },
  { directory, autoresponder }: { readonly directory: Parts['directory']; readonly autoresponder: Autoresponder },
): Promise<void> {
  const forwardPath = parseAddress(recipients[0]?.address ?? '')
  const recipient = forwardPath && (await directory.resolve(forwardPath)).found
  const sender = parseAddress(reversePath)
  if (forwardPath === undefined || recipient === undefined || sender === undefined || here.isList) return
  const fate = { fields: '', edits: [], staysHere: here.folder !== undefined }
  const arrived = { queueId, client: ourselves, reversePath: sender, received: '', octets: [], headerSection }
  await autoresponder.accept({ ...arrived, recipients: [{ forwardPath, recipient, checks: [], clientName: undefined, fate }] }, async () => {})
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
