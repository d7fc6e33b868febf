import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecureContext } from 'node:tls'
import { DirectorySignIn } from '../auth/directory-sign-in.ts'
import { OwnTokens } from '../auth/provider/own-tokens.ts'
import { WebSignIn } from '../auth/web/sign-in.ts'
import type { Log } from '../base/log.ts'
import type { ListenName } from '../config/config.ts'
import { neighbours } from '../directory/neighbours.ts'
import { listOperators } from '../directory/query/listings.ts'
import { authenticator } from '../http/authenticate.ts'
import { isProxy, proxiesOf } from '../http/client.ts'
import { healthRoutes } from '../http/health.ts'
import { metricsRoutes } from '../http/metrics.ts'
import { addressRates } from '../http/rate-limit.ts'
import { sessionRoutes } from '../http/session.ts'
import { unsubscribeRoutes } from '../http/unsubscribe.ts'
import type { Operate } from '../http/api.ts'
import type { HttpServer, HttpServerOptions, Routes } from '../http/server.ts'
import { imapServer } from '../imap/server.ts'
import type { AccountId } from '../mail/ids.ts'
import { QueueIds } from '../mail/queue-id.ts'
import { createPolicy, openDoor } from '../policy/door.ts'
import { createSubmissionPolicy } from '../policy/submission.ts'
import { pop3Server } from '../pop3/server.ts'
import type { ConnectionBudgets } from '../protection/budgets.ts'
import { serveSmtp } from '../smtp/server/connection.ts'
import { defaultLimits, submissionLimits } from '../smtp/server/limits.ts'
import type { SmtpDependencies } from '../smtp/server/session.ts'
import { Spool } from '../smtp/server/spool.ts'
import { Clamd } from '../virus/clamd.ts'
import type { Peer } from '../wire/peer.ts'
import { secureContextOf, type TlsMaterial } from './certificate.ts'
import { Engines } from './judging/engines.ts'
import { Judge } from './judging/judge.ts'
import type { LearnedModels } from './judging/models.ts'
import type { HandingOn } from './handing-on.ts'
import type { Counting } from './only.ts'
import { type Listening, mailSetup } from './mail-setup.ts'
import { openOauthProvider } from './oauth.ts'
import type { Parts } from './open.ts'
import { ownRulesFolder } from './rule-folders.ts'
import { readingReports } from './report-mail.ts'
import { fullCheck } from './quota.ts'
import { openProviderSignIn } from './identity-providers.ts'
import { openSecondFactors } from './second-factors.ts'
import { openDecline } from './letters.ts'
import { wellKnown } from './zones.ts'
import { version } from './version.ts'
import { webFolder } from './web-folder.ts'

/** Handles one connection from greeting to close. */
export type Serve = (peer: Peer) => Promise<void>

/** What is spoken. */
export interface Protocols {
  /** By the name of the listener; those of this version. */
  readonly serve: Readonly<Partial<Record<ListenName, Serve>>>
  /** Where they are listened for, once that is known: mail programs are told. */
  listensAt(listening: readonly Listening[]): void
  /** After the last connection. */
  close(): Promise<void>
}

/** What protocols are made of. */
export interface ProtocolParts extends Pick<Parts, 'config' | 'clock' | 'log' | 'store' | 'directory' | 'database'> {
  readonly counting: Counting
  /** Does operations, in the first process. */
  readonly operate: Operate
  readonly handingOn: HandingOn
  readonly tls: TlsMaterial
  /** The folder for messages on their way in; this process has it for itself. */
  readonly spool: string
  /** A message was refused, since the mailbox has no room for it. */
  readonly mailboxFull: (accountId: AccountId) => void
  /** What the content filter has learned. */
  readonly models: LearnedModels
  /** The content filter is sure of this message. */
  readonly autolearn: (label: 'spam' | 'ham', octets: Uint8Array<ArrayBuffer>) => void
}

export async function openProtocols(parts: ProtocolParts): Promise<Protocols> {
  const { config, clock, log, store, directory, database, counting, handingOn, spool, mailboxFull, models, autolearn } = parts
  const { hostname, processes } = config
  const { ephemeral, budgets, guesses, rates, journal, resolver, tokens, dmarc, blocklists } = counting
  const context = secureContextOf(parts.tls)
  const tls = () => context
  let listening: readonly Listening[] = []
  const oauth = openOauthProvider(parts, () => listening)
  const ownTokens = new OwnTokens({
    directory,
    clock,
    issuer: () => oauth.issuer,
    others: tokens,
    othersAreTaken: () => config.oauth !== undefined || directory.customersTokens,
  })
  const signIn = await DirectorySignIn.open({ directory, guesses, tokens: ownTokens, clock, log, processes })
  const clamd = config.clamav.socket === undefined ? undefined : new Clamd({ socket: config.clamav.socket, processes, log })
  const engines = new Engines(config, { processes, log })
  const judging = new Judge({
    clamd,
    engines,
    models,
    autolearn,
    dns: resolver,
    blocklists,
    ownRules: ownRulesFolder(config),
    hostname,
    processes,
    clock,
    log,
  })
  const door = openDoor({
    directory,
    isFull: fullCheck(store, mailboxFull),
    resolver,
    ephemeral,
    blocklists,
    budgets,
    journal,
    judging,
    dmarc,
    hasFolder: (accountId, folder) => store.hasFolder(accountId, folder),
    hostname,
    ...handingOn.forwarding,
    clock,
    log,
  })
  const smtp: SmtpDependencies = {
    hostname,
    policy: createPolicy(door),
    delivery: {
      commit: (accepted) => handingOn.accept(accepted, (message, commit) => readingReports(message, dmarc, commit)),
    },
    queueIds: new QueueIds(clock),
    spool: await Spool.open(join(spool, 'smtp'), processes),
    clock,
    log,
    tls,
    maxMessageBytes: () => directory.largestMessageBytes,
    limits: defaultLimits,
    takesDsn: () => directory.settings['success-notices.to-others'] !== 'nobody',
  }
  const submissionPolicy = createSubmissionPolicy({ ...door, reportKey: await directory.secret('report-token') })
  const submission = (handshake?: (peer: Peer) => Promise<boolean>): SmtpDependencies => ({
    ...smtp,
    policy: submissionPolicy,
    limits: submissionLimits,
    submission: { signIn, showClient: () => directory.settings['submission.show-client'], handshake },
  })
  const smtpBy =
    (deps: SmtpDependencies): Serve =>
    (peer) => {
      // Whoever connects brings a message soon, and until then there is the time that a thread needs to start.
      judging.warm()
      return serveSmtp(peer, deps)
    }
  const imap = imapServer({
    store,
    signIn,
    neighbours: neighbours(directory),
    serverNotes: () => ({ comment: directory.settings['server.comment'], admin: directory.settings['server.contact'] }),
    tls,
    hostname,
    version,
    spoolFolder: await emptyFolder(join(spool, 'imap')),
    clock,
    log,
  })
  const pop3 = pop3Server({ store, signIn, tls, hostname, log })
  const decline = await openDecline(parts)
  const webSignIn = new WebSignIn({
    directory,
    database,
    guesses,
    secondFactors: openSecondFactors(parts),
    providers: openProviderSignIn(parts, resolver),
    processes,
    clock,
    log,
  })
  const http = httpWhenAsked(
    async () => {
      const [{ apiRoutes }, { webRoutes }, { oauthRoutes }] = await Promise.all([
        import('../http/api.ts'),
        import('../http/web.ts'),
        import('../http/oauth.ts'),
      ])
      const authenticate = authenticator(webSignIn)
      return [
        addressRates(rates),
        metricsRoutes({ text: () => counting.metrics.text(), from: () => directory.settings['metrics.from'] }),
        sessionRoutes({ signIn: webSignIn, authenticate, database, longestMs: () => directory.settings['session.longest'] }),
        apiRoutes({ authenticate, operate: parts.operate, rates }),
        healthRoutes(() => directory.query(listOperators, undefined)),
        unsubscribeRoutes({ leave: async (by) => (await decline(by)) || (await handingOn.forwarding.listDesk.leaveBy(by)) }),
        oauthRoutes({ provider: oauth, authenticate, directory, isSafe: (from) => webSignIn.isSafe(from), guesses, clock }),
        wellKnown(parts),
        mailSetup({ config, directory, tls: parts.tls, clock, listening: () => listening, issuer: () => oauth.issuer }),
        webRoutes(webFolder),
      ]
    },
    { log, forwardedFrom: config.proxy.forwardedFrom },
  )
  const overTls = (serve: Serve) => acceptTls(serve, tls, log)
  const proxies = proxiesOf(config.proxy.forwardedFrom)
  /** A proxy of ours brings many people over a few connections: whom it lets in is its to count. */
  const web = (serve: Serve, busy: string | undefined): Serve => {
    const others = counted(budgets, serve, busy)
    return (peer) => (isProxy(peer.ip, proxies) ? serve(peer) : others(peer))
  }
  return {
    serve: {
      smtp: smtpBy(smtp),
      submission: smtpBy(submission()),
      submissions: smtpBy(submission((peer) => shakeHands(peer, tls, log))),
      imap: counted(budgets, imap.serve, '* BYE too many connections from your address, try again later\r\n'),
      imaps: counted(budgets, overTls(imap.serve), undefined),
      pop3: counted(budgets, pop3.serve, '-ERR [SYS/TEMP] too many connections from your address, try again later\r\n'),
      pop3s: counted(budgets, overTls(pop3.serve), undefined),
      http: web(http.serve, 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
      https: web(overTls(http.serve), undefined),
    },
    listensAt(now) {
      listening = now
      handingOn.listensAt(now)
    },
    async close() {
      imap.close()
      await http.close()
      signIn.close()
      await judging.close()
    },
  }
}

/**
 * People's clients: connections are counted before a word is said, and before a TLS handshake, which costs us more than them. `busy`: what
 * one too many is told; undefined: it could not read it yet.
 */
function counted(budgets: ConnectionBudgets, serve: Serve, busy: string | undefined): Serve {
  return async (peer) => {
    const budget = await budgets.connect(peer.ip, 'access')
    try {
      if (budget.excess === undefined) await serve(peer)
      else if (busy === undefined) peer.destroy()
      else peer.end(busy)
    } finally {
      budget.close()
    }
  }
}

/** Made for the first connection: what an HTTP server is made of takes a tenth of the memory of a server that has just started. */
function httpWhenAsked(routes: () => Promise<readonly Routes[]>, options: HttpServerOptions): HttpServer {
  let server: Promise<HttpServer> | undefined
  const open = async () => (await import('../http/server.ts')).httpServer(await routes(), options)
  return {
    serve: async (peer) => (await (server ??= open())).serve(peer),
    close: async () => (await server)?.close(),
  }
}

/** TLS from the first octet (RFC 8314 3). */
function acceptTls(serve: Serve, tls: () => SecureContext, log: Log): Serve {
  return async (peer) => {
    if (await shakeHands(peer, tls, log)) await serve(peer)
  }
}

/** False: there is nobody left to talk to. */
async function shakeHands(peer: Peer, tls: () => SecureContext, log: Log): Promise<boolean> {
  try {
    await peer.acceptTls(tls())
    return !peer.gone
  } catch (err) {
    log.debug('TLS handshake failed', { ip: peer.ip, err })
    peer.destroy()
    return false
  }
}

/** Without what a process that died has left there: messages that were never acknowledged. */
async function emptyFolder(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}
