import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import * as packet from 'dns-packet'

/** How a name's server misbehaves. `bogus`: fails unless DNSSEC is left out of account; `truncate`: over UDP only; `forge`: wrong id and wrong question first, then the truth. */
export type Fault =
  | 'silent'
  | 'servfail'
  | 'bogus'
  | 'refused'
  | 'formerr-edns'
  | 'truncate'
  | 'truncate-silent'
  | 'truncate-close'
  | 'wrong-id'
  | 'wrong-question'
  | 'forge'
  | 'garbage'
  | 'lame'
  | 'bad-record'
  | 'no-soa'

/** What one name holds. A name that is not in the zone does not exist (NXDOMAIN). */
export interface NameRecords {
  readonly A?: readonly string[]
  readonly AAAA?: readonly string[]
  readonly PTR?: readonly string[]
  readonly MX?: readonly (readonly [preference: number, exchange: string])[]
  /** Each text is one record; a list is one record of several strings. */
  readonly TXT?: readonly (string | readonly string[])[]
  /** usage, selector, matching type, data in hexadecimal. */
  readonly TLSA?: readonly (readonly [usage: number, selector: number, matchingType: number, hex: string])[]
  readonly CNAME?: string
  readonly SRV?: readonly (readonly [priority: number, weight: number, port: number, target: string])[]
  /** false: the answer ends with the CNAME, as from a server that does not chase it. */
  readonly chase?: boolean
  /** Seconds; default 300. */
  readonly ttl?: number
  readonly fault?: Fault
  readonly delayMs?: number
}

/** By lower-case name. Reverse names can be written as `ptr:192.0.2.1`; IPv6 reverse names in full. */
export type Zone = Record<string, NameRecords>

export interface NameServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`, for the resolver's list of servers. */
  readonly address: string
  /** Each question that came, as `PTR 1.2.0.192.in-addr.arpa`, with `over tcp` behind it where it did; in order. */
  readonly questions: string[]
  /** Data from now on. */
  zone: Zone
  /** TTL of negative answers: SOA minimum, seconds. */
  negativeTtl: number
  /** Says of its answers that they were validated. */
  authenticated: boolean
  close(): Promise<void>
}

/** A real name server on loopback, UDP and TCP on one port. */
export async function startNameServer(zone: Zone, options: { readonly host?: string } = {}): Promise<NameServer> {
  const host = options.host ?? '127.0.0.1'
  const { udp, tcp, port } = await bindBoth(host)
  const connections = new Set<Socket>()
  const timers = new Set<NodeJS.Timeout>()
  const server: NameServer = {
    address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    questions: [],
    zone,
    negativeTtl: 60,
    authenticated: false,
    async close() {
      for (const timer of timers) clearTimeout(timer)
      for (const connection of connections) connection.destroy()
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')])
      udp.close()
      tcp.close()
      await closed
    },
    async [Symbol.asyncDispose]() {
      await server.close()
    },
  }
  const later = (delayMs: number, run: () => void) => {
    if (delayMs === 0) return run()
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, delayMs)
    timers.add(timer)
  }
  udp.on('message', (octets: Buffer, from: RemoteInfo) => {
    const { delayMs, packets } = respond(server, octets, false)
    later(delayMs, () => {
      for (const response of packets) udp.send(response, from.port, from.address)
    })
  })
  tcp.on('connection', (socket) => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', (octets) => {
      const { delayMs, packets, hangUp } = respond(server, octets.subarray(2), true)
      if (hangUp) return void socket.end()
      later(delayMs, () => {
        for (const response of packets) {
          // In two pieces, as a network may deliver it
          socket.write(Buffer.from([response.length >> 8]))
          socket.write(Buffer.concat([Buffer.from([response.length & 0xff]), response]))
        }
      })
    })
  })
  return server
}

async function bindBoth(host: string): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (let tries = 0; ; tries++) {
    const tcp = createServer()
    tcp.listen(0, host)
    await once(tcp, 'listening')
    const { port } = tcp.address() as { port: number }
    const udp = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    udp.bind(port, host)
    const error = await Promise.race([once(udp, 'listening').then(() => undefined), once(udp, 'error').then(([fault]) => fault as Error)])
    if (error === undefined) return { udp, tcp, port }
    tcp.close()
    if (tries === 9) throw error
  }
}

interface Response {
  readonly delayMs: number
  readonly packets: Buffer[]
  readonly hangUp?: boolean
}

function respond(server: NameServer, octets: Buffer, overTcp: boolean): Response {
  const query = packet.decode(octets)
  const question = query.questions?.[0]
  if (question === undefined) return { delayMs: 0, packets: [] }
  const name = question.name.toLowerCase()
  server.questions.push(`${question.type} ${name}${overTcp ? ' over tcp' : ''}`)
  const held = records(server.zone, name)
  const delayMs = held?.delayMs ?? 0
  const base: packet.Packet = { type: 'response', id: query.id ?? 0, questions: [question] }
  const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | (server.authenticated ? packet.AUTHENTIC_DATA : 0)
  const one = (message: packet.Packet, rcode = 0): Response => ({ delayMs, packets: [encode(message, rcode)] })
  const truth = () => encode({ ...base, flags, ...sections(server, name, question.type) }, exists(server.zone, name) ? 0 : 3)
  switch (held?.fault) {
    case 'silent':
      return { delayMs, packets: [] }
    case 'servfail':
      return one({ ...base, flags }, 2)
    case 'bogus':
      return ((query.flags ?? 0) & packet.CHECKING_DISABLED) === 0 ? one({ ...base, flags }, 2) : { delayMs, packets: [truth()] }
    case 'refused':
      return one({ ...base, flags }, 5)
    case 'formerr-edns':
      return (query.additionals?.length ?? 0) > 0 ? one({ ...base, questions: [], flags }, 1) : { delayMs, packets: [truth()] }
    case 'truncate':
    case 'truncate-silent':
    case 'truncate-close':
      if (!overTcp) return one({ ...base, flags: flags | packet.TRUNCATED_RESPONSE })
      if (held.fault === 'truncate-close') return { delayMs, packets: [], hangUp: true }
      return { delayMs, packets: held.fault === 'truncate' ? [truth()] : [] }
    case 'wrong-id':
      return one({ ...base, id: ((query.id ?? 0) + 1) & 0xff_ff, flags, ...sections(server, name, question.type) })
    case 'wrong-question':
      return one({ ...base, flags, questions: [{ ...question, name: 'other.example' }], ...sections(server, name, question.type) })
    case 'forge': {
      const lie: packet.Answer[] = [{ type: 'A', name, ttl: 300, data: '203.0.113.66' }]
      const wrongId = encode({ ...base, id: ((query.id ?? 0) + 1) & 0xff_ff, flags, answers: lie }, 0)
      const wrongQuestion = encode({ ...base, questions: [{ ...question, name: 'other.example' }], flags, answers: lie }, 0)
      return { delayMs, packets: [Buffer.from('x'), wrongId, wrongQuestion, truth()] }
    }
    case 'garbage':
      return { delayMs, packets: [Buffer.concat([truth().subarray(0, octets.length - 11), Buffer.from([0xc0, 0xff, 0xff])])] }
    case 'lame':
      return one({ ...base, flags: 0, authorities: [{ type: 'NS', name: 'example', ttl: 300, data: 'ns.example' }] })
    case 'bad-record':
      return { delayMs, packets: [badRecord(base, flags, name)] }
    case 'no-soa':
    case undefined:
      return { delayMs, packets: [truth()] }
  }
}

function records(zone: Zone, name: string): NameRecords | undefined {
  const ipv4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name)
  const reverse = ipv4 === null ? undefined : zone[`ptr:${ipv4[4]}.${ipv4[3]}.${ipv4[2]}.${ipv4[1]}`]
  return reverse ?? zone[name]
}

/** A name exists when the zone has it, or an alias that leads to one, or a name below it (RFC 8020). */
function exists(zone: Zone, name: string): boolean {
  let at = name
  for (let hops = 0; hops < 12; hops++) {
    const held = records(zone, at)
    if (held?.CNAME === undefined) return held !== undefined || Object.keys(zone).some((other) => other.endsWith(`.${at}`))
    if (held.chase === false) return true
    at = held.CNAME.toLowerCase()
  }
  return true
}

function sections(server: NameServer, name: string, type: string): packet.Packet {
  const answers: packet.Answer[] = []
  let at = name
  for (let hops = 0; hops < 12; hops++) {
    const held = records(server.zone, at)
    if (held === undefined) break
    const ttl = held.ttl ?? 300
    if (held.CNAME === undefined) {
      answers.push(...answersOf(held, at, type, ttl))
      break
    }
    answers.push({ type: 'CNAME', name: at, ttl, data: held.CNAME })
    if (held.chase === false || type === 'CNAME') return { answers }
    at = held.CNAME.toLowerCase()
  }
  if (answers.some((answer) => answer.type === type) || records(server.zone, name)?.fault === 'no-soa') return { answers }
  const soa: packet.Answer = {
    type: 'SOA',
    name: 'example',
    ttl: 3600,
    data: { mname: 'ns.example', rname: 'hostmaster.example', minimum: server.negativeTtl },
  }
  return { answers, authorities: [soa] }
}

function answersOf(held: NameRecords, name: string, type: string, ttl: number): packet.Answer[] {
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'PTR':
      return (held[type] ?? []).map((data) => ({ type, name, ttl, data }))
    case 'MX':
      return (held.MX ?? []).map(([preference, exchange]) => ({ type, name, ttl, data: { preference, exchange } }))
    case 'TXT':
      return (held.TXT ?? []).map((data) => ({ type, name, ttl, data: typeof data === 'string' ? data : [...data] }))
    case 'TLSA':
      return (held.TLSA ?? []).map(([usage, selector, matchingType, hex]) => {
        const data = { usage, selector, matchingType, certificate: Buffer.from(hex, 'hex') }
        return { type, name, ttl, data }
      })
    case 'SRV':
      return (held.SRV ?? []).map(([priority, weight, srvPort, target]) => ({ type, name, ttl, data: { priority, weight, port: srvPort, target } }))
    default:
      return []
  }
}

function encode(message: packet.Packet, rcode: number): Buffer {
  const octets = packet.encode(message)
  octets[3] = ((octets[3] ?? 0) & 0xf0) | rcode
  return octets
}

/** An A record of two octets. */
function badRecord(base: packet.Packet, flags: number, name: string): Buffer {
  const octets = encode({ ...base, flags, answers: [{ type: 'A', name, ttl: 300, data: '192.0.2.1' }] }, 0)
  octets[octets.length - 5] = 2
  return octets.subarray(0, -2)
}
