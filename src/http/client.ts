import type { IncomingHttpHeaders } from 'node:http'
import { type Cidr, cidrContains, formatIp, type Ip, parseCidr, parseIp } from '../mail/ip.ts'

/** Who asks, as far as it can be known. */
export interface Client {
  /** Canonical text; `nowhere`: somebody asks through a proxy that is not to be believed. */
  readonly ip: string
  /** Nobody between can listen: TLS to here, or to a proxy that is believed. */
  readonly tls: boolean
}

/** Who hides behind a proxy on this machine is not on this machine. It is no address that anybody has. */
const nowhere = '0.0.0.0'

/** Proxies between us and the client that are looked at. */
const maxHops = 16

/** Networks of proxies that speak HTTP to us and whose word is taken. @throws RangeError for a text that is none */
export function proxiesOf(networks: readonly string[]): readonly Cidr[] {
  return networks.map((text) => {
    const network = parseCidr(text)
    if (network === undefined) throw new RangeError(`not a network in CIDR notation: ${text}`)
    return network
  })
}

/**
 * Who asks: the connection's own address, or, where that is a proxy to be believed, whom it names in Forwarded (RFC 7239) or X-Forwarded-For and -Proto. Nobody
 * else's word counts. Each proxy adds to the end of a field, so the last entry that is none of ours is the client, and whatever stands before it is the client's
 * own invention. Undefined: both kinds of fields are there and disagree, so one of them was not written by the proxy.
 */
export function clientOf(
  connection: { readonly ip: string; readonly tls: string | undefined },
  headers: IncomingHttpHeaders,
  proxies: readonly Cidr[],
): Client | undefined {
  const direct = { ip: connection.ip, tls: connection.tls !== undefined }
  if (!isProxy(connection.ip, proxies)) return isLoopback(connection.ip) && saysForwarded(headers) ? { ...direct, ip: nowhere } : direct
  const told = [fromForwarded(headers), fromOldFields(headers)].filter((hops) => hops !== undefined).map((hops) => outermost(hops, direct, proxies))
  const [one = direct, other = one] = told
  return one.ip === other.ip && one.tls === other.tls ? one : undefined
}

export function isProxy(text: string, proxies: readonly Cidr[]): boolean {
  const ip = parseIp(text)
  return ip !== undefined && proxies.some((network) => cidrContains(network, ip))
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.')
}

function saysForwarded(headers: IncomingHttpHeaders): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined)
}

/** What one proxy says of who asked it; undefined: it does not. */
interface Hop {
  readonly ip: Ip | undefined
  readonly https: boolean | undefined
}

/** The last of them who is no proxy of ours. What nobody says was encrypted was not. */
function outermost(hops: readonly Hop[], direct: Client, proxies: readonly Cidr[]): Client {
  let found = direct
  for (const { ip, https } of hops.toReversed().slice(0, maxHops)) {
    found = { ip: ip === undefined ? nowhere : formatIp(ip), tls: https === true }
    if (!isProxy(found.ip, proxies)) break
  }
  return found
}

const pair = /\s*([!#$%&'*+.^_`|~\w-]+)=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[^"\\]|\\.)*)")\s*([;,]|$)/y

/** RFC 7239 4: elements with a comma between, pairs with a semicolon. What cannot be read says nothing, and so does all before it. */
function fromForwarded({ forwarded }: IncomingHttpHeaders): readonly Hop[] | undefined {
  if (forwarded === undefined) return undefined
  const hops: Hop[] = []
  let pairs = new Map<string, string>()
  pair.lastIndex = 0
  while (pair.lastIndex < forwarded.length) {
    const [, name = '', token, quoted = '', end] = pair.exec(forwarded) ?? []
    if (end === undefined) return [{ ip: undefined, https: undefined }]
    pairs.set(name.toLowerCase(), token ?? quoted.replaceAll(/\\(.)/g, '$1'))
    if (end === ';') continue
    hops.push({ ip: nodeAddress(pairs.get('for') ?? ''), https: isHttps(pairs.get('proto')) })
    pairs = new Map()
    if (end === '') break
  }
  return hops
}

/** What proxies said before there was RFC 7239, and most do still. Where there is one X-Forwarded-Proto for several addresses it is that of the first proxy of ours. */
function fromOldFields(headers: IncomingHttpHeaders): readonly Hop[] | undefined {
  const [addresses, protocols] = [valuesOf(headers['x-forwarded-for']), valuesOf(headers['x-forwarded-proto'])]
  if (addresses.length === 0) return undefined
  const offset = addresses.length - protocols.length
  return addresses.map((text, index) => ({
    ip: nodeAddress(text),
    https: isHttps(protocols.length === 1 ? protocols[0] : protocols[index - offset]),
  }))
}

function valuesOf(field: string | string[] | undefined): readonly string[] {
  const text = [field ?? []].flat().join(',')
  return text === '' ? [] : text.split(',').map((value) => value.trim())
}

function isHttps(protocol: string | undefined): boolean | undefined {
  return protocol === undefined ? undefined : protocol.toLowerCase() === 'https'
}

/** RFC 7239 6: "192.0.2.7", "192.0.2.7:4711", "[2001:db8::7]:4711"; in the old field without brackets, too. */
function nodeAddress(text: string): Ip | undefined {
  const [, inBrackets, v4] = /^\[([\da-f:.]+)\](?::\w+)?$|^([\d.]+)(?::\w+)?$/i.exec(text) ?? []
  return parseIp(inBrackets ?? v4 ?? text)
}
