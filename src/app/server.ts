import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecureContext } from 'node:tls'
import { PasswordSignIn } from '../auth/password-sign-in.ts'
import type { Log } from '../base/log.ts'
import type { ListenAddress, ListenName } from '../config/config.ts'
import { commit } from '../delivery/commit.ts'
import { Resolver } from '../dns/resolver.ts'
import { openLocal } from '../ephemeral/local.ts'
import { imapServer } from '../imap/server.ts'
import { JournalWriter } from '../journal/journal-writer.ts'
import { QueueIds } from '../mail/queue-id.ts'
import { createPolicy } from '../policy/door.ts'
import { pop3Server } from '../pop3/server.ts'
import { Budgets } from '../protection/budgets.ts'
import { serveSmtp } from '../smtp/server/connection.ts'
import { defaultLimits } from '../smtp/server/limits.ts'
import { Spool } from '../smtp/server/spool.ts'
import { type Listener, listen } from '../wire/listen.ts'
import type { Peer } from '../wire/peer.ts'
import { openCertificate, secureContextOf } from './certificate.ts'
import { startMaintenance } from './maintenance.ts'
import type { Parts } from './open.ts'
import { fullCheck } from './quota.ts'
import { version } from './version.ts'

export interface Server {
  /** In the order of the configuration. */
  readonly listeners: readonly { readonly name: ListenName; readonly host: string; readonly port: number }[]
  /** Resolves when every refusal until now is in the journal, or could not be written. */
  flushJournal(): Promise<void>
  /** Takes no more connections, lets transactions under way come to their end, resolves when all is written. */
  close(graceMs?: number): Promise<void>
}

/** How long open connections may take to come to an end when the server stops. */
const defaultGraceMs = 10_000

/** Everything that a running server has beyond its data: listeners, policy, sign-in, resolver, journal writer, upkeep. */
export async function startServer(parts: Parts): Promise<Server> {
  const { config, clock, log, store, directory, database } = parts
  const { hostname } = config
  const certificate = await openCertificate({ hostname, data: config.data, files: config.tls, nowMs: clock.now() })
  for (const warning of certificate.warnings) log.warn('certificate', { detail: warning.en })
  const context = secureContextOf(certificate)
  const tls = () => context
  const ephemeral = openLocal({ folder: join(config.data, 'ephemeral'), log, clock })
  const journal = new JournalWriter({ database, clock, log })
  const resolver = new Resolver({ servers: config.dns.servers.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)), clock })
  const budgets = new Budgets({ clock, settings: () => directory.settings })
  const signIn = await PasswordSignIn.open({ directory, guesses: budgets.guesses, clock, log })
  const policy = createPolicy({ directory, isFull: fullCheck(store), resolver, ephemeral, budgets, journal, clock, log })
  const spool = await Spool.open(join(config.data, 'spool', 'smtp'))
  const imapSpool = await emptyFolder(join(config.data, 'spool', 'imap'))
  const smtp = {
    hostname,
    policy,
    delivery: { commit: (message: Parameters<typeof commit>[0]) => commit(message, { store, clock }) },
    queueIds: new QueueIds(clock),
    spool,
    clock,
    log,
    tls,
    maxMessageBytes: () => directory.largestMessageBytes,
    limits: defaultLimits,
  }
  const imap = imapServer({ store, signIn, tls, hostname, version, spoolFolder: imapSpool, clock, log })
  const pop3 = pop3Server({ store, signIn, tls, hostname, log })
  const upkeep = startMaintenance(parts)

  /** People's clients: connections are counted before a word is said, and before a TLS handshake, which costs us more than them. */
  const access = (serve: (peer: Peer) => Promise<void>, refuse: (peer: Peer) => void) => async (peer: Peer) => {
    const budget = budgets.connect(peer.ip, 'access')
    try {
      if (budget.excess === undefined) await serve(peer)
      else refuse(peer)
    } finally {
      budget.close()
    }
  }
  const say = (busy: string) => (peer: Peer) => peer.end(busy)
  const overTls = (serve: (peer: Peer) => Promise<void>) => async (peer: Peer) => {
    if (await handshake(peer, tls, log)) await serve(peer)
  }
  const silently = (peer: Peer) => peer.destroy()
  const protocols: Partial<Record<ListenName, (peer: Peer) => Promise<void>>> = {
    smtp: (peer) => serveSmtp(peer, smtp),
    imap: access(imap.serve, say('* BYE too many connections from your address, try again later\r\n')),
    imaps: access(overTls(imap.serve), silently),
    pop3: access(pop3.serve, say('-ERR [SYS/TEMP] too many connections from your address, try again later\r\n')),
    pop3s: access(overTls(pop3.serve), silently),
  }

  const open: { readonly name: ListenName; readonly address: ListenAddress; readonly listener: Listener }[] = []
  const close = async (graceMs = defaultGraceMs) => {
    await upkeep.stop()
    await Promise.all(open.map(({ listener }) => listener.close(graceMs)))
    imap.close()
    await journal.close()
    await ephemeral.close()
    resolver.close()
  }
  try {
    for (const [name, onPeer] of Object.entries(protocols) as [ListenName, (peer: Peer) => Promise<void>][]) {
      for (const address of config.listen[name]) {
        const listener = await listen({ ...address, proxyFrom: config.proxy.from, onPeer, log })
        open.push({ name, address, listener })
      }
    }
  } catch (thrown) {
    await close(0)
    throw thrown
  }
  const listeners = open.map(({ name, address, listener }) => ({ name, host: address.host, port: listener.address.port }))
  return { listeners, flushJournal: () => journal.flush(), close }
}

/** TLS from the first octet (RFC 8314 3). False: there is nobody to serve. */
async function handshake(peer: Peer, tls: () => SecureContext, log: Log): Promise<boolean> {
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
