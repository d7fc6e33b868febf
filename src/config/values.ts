import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type { Text } from '../base/language.ts'
import type { ListenAddress } from './config.ts'

/** What a value means, or what is wrong with it. */
export type Parsed<T> = { readonly value: T } | { readonly value?: never; readonly wrong: Text }

/** Host name for EHLO and Received: RFC 5321 2.3.5, RFC 1123 2.1. U-labels become A-labels. */
export function parseHostname(text: string): Parsed<string> {
  const ascii = domainToASCII(text.trim()).toLowerCase()
  const labels = ascii.split('.')
  const valid = ascii.length <= 253 && labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  if (valid) return { value: ascii }
  return {
    wrong: {
      en: `"${text}" is not a host name; right would be the name that others reach this machine by, such as "mx.example.org"`,
      de: `„${text}“ ist kein Rechnername; richtig wäre der Name, unter dem andere diesen Rechner erreichen, etwa "mx.example.org"`,
    },
  }
}

/** Of a provider that is asked: https, or http on this machine. */
export function parseProviderUrl(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const near = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && near)) && url.username === '' && url.password === '')
    return { value: url.href }
  return {
    wrong: {
      en: `"${text}" is not a URL to ask at; right would be "https://id.example.org/introspect" (http only on this machine, no name or password in it)`,
      de: `„${text}“ ist keine URL, bei der man fragen kann; richtig wäre "https://id.example.org/introspect" (http nur auf diesem Rechner, ohne Name und Passwort darin)`,
    },
  }
}

/** Where rspamd is asked: plain HTTP, which it speaks, without a path. '' is nowhere. */
export function parseRspamdUrl(text: string): Parsed<string | undefined> {
  if (text === '') return { value: undefined }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '')
    return { value: url.origin }
  return {
    wrong: {
      en: `"${text}" is not where rspamd can be asked; right would be "http://127.0.0.1:11333" (its normal or proxy worker)`,
      de: `„${text}“ ist nicht, wo man rspamd fragen kann; richtig wäre "http://127.0.0.1:11333" (sein normal- oder proxy-Worker)`,
    },
  }
}

/** "127.0.0.1:2525", "[::]:25", "localhost:25". Other names are not taken: what they resolve to may change under a running server. */
export function parseListenAddress(text: string): Parsed<ListenAddress> {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host !== undefined && port <= 65_535) {
    const right = match?.[1] === undefined ? isIP(host) === 4 || host === 'localhost' : isIP(host) === 6
    if (right) return { value: { host, port } }
  }
  return {
    wrong: {
      en: `"${text}" is not an address to listen on; right would be "127.0.0.1:2525", "0.0.0.0:25" (all of IPv4), "[::]:25" (all) or "off"`,
      de: `„${text}“ ist keine Adresse zum Lauschen; richtig wäre "127.0.0.1:2525", "0.0.0.0:25" (alle IPv4), "[::]:25" (alle) oder "off"`,
    },
  }
}

/** "9.9.9.9", "127.0.0.1:5353", "2620:fe::fe", "[::1]:5353". */
export function parseDnsServer(text: string): Parsed<{ readonly host: string; readonly port: number }> {
  if (isIP(text) !== 0) return { value: { host: text, port: 53 } }
  const listen = parseListenAddress(text)
  if (listen.value !== undefined && isIP(listen.value.host) !== 0 && listen.value.port > 0) return { value: listen.value }
  return {
    wrong: {
      en: `"${text}" is not a name server; right would be an IP address, with a port where it is not 53: "9.9.9.9", "127.0.0.1:5353", "[::1]:5353"`,
      de: `„${text}“ ist kein Nameserver; richtig wäre eine IP-Adresse, mit Port, wenn er nicht 53 ist: "9.9.9.9", "127.0.0.1:5353", "[::1]:5353"`,
    },
  }
}

/** "10.0.0.0/8", "2001:db8::/32", or one address. */
export function parseCidr(text: string): Parsed<string> {
  const [ip = '', prefix, ...rest] = text.split('/')
  const family = isIP(ip)
  const bits = prefix === undefined ? 0 : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (rest.length === 0 && family !== 0 && bits <= (family === 4 ? 32 : 128)) return { value: text }
  return {
    wrong: {
      en: `"${text}" is not a network; right would be "10.0.0.0/8", "2001:db8::/32" or one address`,
      de: `„${text}“ ist kein Netz; richtig wäre "10.0.0.0/8", "2001:db8::/32" oder eine einzelne Adresse`,
    },
  }
}
