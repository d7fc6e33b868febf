import { type AddressInfo, createServer, type Server } from 'node:net'
import { type Log, silent } from '../base/log.ts'
import { type Cidr, cidrContains, parseCidr, parseIp } from '../mail/ip.ts'
import type { CertificateChoice } from './handshake.ts'
import { Peer } from './peer.ts'
import { parseProxyHeader } from './proxy-header.ts'

/** From accept to the last octet of the PROXY header; the balancer sends it at once. */
const proxyHeaderMs = 5_000
/** Connections that the kernel may hold ready for us. */
const backlog = 1024

export interface ListenOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Other processes of ours listen there too (SO_REUSEPORT): the kernel gives each connection to one of them. */
  readonly reusePort?: boolean
  /** Certificates by server name, for both ways into TLS. */
  readonly choose?: CertificateChoice | undefined
  /** Asks clients for a certificate, which they need not have; `Peer.clientAddresses`. */
  readonly requestCertificate?: boolean
  /** Networks of balancers, CIDR: their connections must begin with a PROXY header; nobody else's is understood. */
  readonly proxyFrom: readonly string[]
  /** Handles one connection from greeting to close. TLS is its own affair, from the first octet too (`Peer.acceptTls`): it counts connections first. */
  readonly onPeer: (peer: Peer) => void | Promise<void>
  readonly log?: Log
}

export interface Listener {
  readonly address: AddressInfo
  /** Connections that are open now. */
  readonly peers: ReadonlySet<Peer>
  /** Takes no more connections, tells the open ones (`Peer.drain`), resolves when the last is gone; what is left after `graceMs` is cut off. */
  close(graceMs?: number): Promise<void>
}

/** Rejects with the system's error where it cannot listen, with a RangeError for a `proxyFrom` entry that is no network. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const log = options.log ?? silent
  const balancers = options.proxyFrom.map(balancer)
  const peers = new Set<Peer>()
  const shared = { choose: options.choose, requestCertificate: options.requestCertificate ?? false, onGone: (peer: Peer) => void peers.delete(peer) }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // Closed again before we came to it.
    if (socket.remoteAddress === undefined) {
      socket.destroy()
      return
    }
    const peer = new Peer(socket, shared)
    peers.add(peer)
    if (balancers.length === 0) hand(peer, options, log)
    else void prepare(peer, balancers, options, log)
  })
  await started(server, options)
  server.on('error', (err) => log.error('listener failed', { err }))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a TCP listener without an address')
  return { address, peers, close: (graceMs = 0) => close(server, peers, graceMs) }
}

function balancer(cidr: string): Cidr {
  const network = parseCidr(cidr)
  if (network === undefined) throw new RangeError(`not a network in CIDR notation: ${cidr}`)
  return network
}

function started(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.host, port: options.port, backlog, reusePort: options.reusePort ?? false }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function hand(peer: Peer, options: ListenOptions, log: Log): void {
  // The protocols answer their own faults; what comes out here is a defect, and costs this connection only.
  try {
    options.onPeer(peer)?.catch((error: unknown) => failed(peer, error, log))
  } catch (error) {
    failed(peer, error, log)
  }
}

function failed(peer: Peer, error: unknown, log: Log): void {
  log.error('connection handler failed', { ip: peer.ip, err: error })
  peer.destroy()
}

/** The PROXY header, where one is due; then the protocol. */
async function prepare(peer: Peer, balancers: readonly Cidr[], options: ListenOptions, log: Log): Promise<void> {
  try {
    const ip = parseIp(peer.ip)
    if (ip !== undefined && balancers.some((network) => cidrContains(network, ip)) && !(await readProxyHeader(peer))) {
      log.warn('connection without a good PROXY header', { ip: peer.ip })
      peer.destroy()
      return
    }
  } catch (error) {
    log.debug('connection failed before its greeting', { ip: peer.ip, err: error })
    peer.destroy()
    return
  }
  if (!peer.gone) hand(peer, options, log)
}

async function readProxyHeader(peer: Peer): Promise<boolean> {
  peer.deadline(proxyHeaderMs)
  for (;;) {
    const octets = await peer.peekAll()
    if (octets === undefined) return false
    const header = parseProxyHeader(octets)
    if (header === 'bad') return false
    if (header === 'more') {
      if ((await peer.wait()) === 'closed') return false
      continue
    }
    peer.take(header.octets)
    if (header.source !== undefined) {
      peer.ip = header.source.ip
      peer.port = header.source.port
    }
    peer.deadline(Infinity)
    return true
  }
}

async function close(server: Server, peers: Set<Peer>, graceMs: number): Promise<void> {
  const gone = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const peer of peers) peer.drain()
  const timer = setTimeout(() => {
    for (const peer of peers) peer.destroy()
  }, graceMs)
  await gone
  await Promise.all(Array.from(peers, (peer) => peer.closed))
  clearTimeout(timer)
}
