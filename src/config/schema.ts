import * as z from 'zod'
import type { Text } from '../base/language.ts'
import { type ListenAddress, type ListenName, listenNames } from './config.ts'
import { parseContentUrl, parseDatabaseUrl, parseEphemeralUrl } from './ports.ts'
import { type Parsed, parseCidr, parseDnsServer, parseHostname, parseListenAddress, parseProviderUrl, parseRspamdUrl } from './values.ts'

/** Names that this version has a server for. */
const served: ReadonlySet<ListenName> = new Set(['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'http', 'https'])

const loopback = '127.0.0.1'
/** Ports above 1023 on loopback: a first start needs no rights and is seen by nobody else. */
const defaultPorts: Readonly<Record<ListenName, number>> = {
  smtp: 2525,
  submission: 2587,
  submissions: 2465,
  imap: 2143,
  imaps: 2993,
  pop3: 2110,
  pop3s: 2995,
  sieve: 4190,
  http: 8080,
  https: 8443,
}

/** What the listeners are when the file says nothing. */
export function defaultListen(name: ListenName): readonly ListenAddress[] {
  return served.has(name) ? [{ host: loopback, port: defaultPorts[name] }] : []
}

export function isServed(name: ListenName): boolean {
  return served.has(name)
}

/** zod carries one string: both languages travel in it as JSON, and `problemText` takes them apart again. */
function wrong(context: z.RefinementCtx, text: Text, path: PropertyKey[] = []): never {
  context.addIssue({ code: 'custom', message: JSON.stringify(text), path })
  return z.NEVER
}

/** The text of a `custom` issue made here. */
export function problemText(message: string): Text {
  return JSON.parse(message) as Text
}

function text(expected: string) {
  return z.unknown().transform((value, context): string => {
    if (typeof value === 'string') return value
    return wrong(context, { en: `must be text in quotes, such as ${expected}`, de: `muss Text in Anführungszeichen sein, etwa ${expected}` })
  })
}

function parsed<T>(example: string, parse: (text: string) => Parsed<T>) {
  return text(example).transform((value, context): T => {
    const result = parse(value)
    return 'wrong' in result ? wrong(context, result.wrong) : result.value
  })
}

function list<T>(example: string, parse: (text: string) => Parsed<T>) {
  return z.unknown().transform((value, context): readonly T[] => {
    if (!Array.isArray(value)) return wrong(context, { en: `must be a list, such as ${example}`, de: `muss eine Liste sein, etwa ${example}` })
    return value.flatMap((item: unknown, index) => {
      const result: Parsed<T> =
        typeof item === 'string' ? parse(item) : { wrong: { en: `must be text in quotes: ${example}`, de: `muss Text in Anführungszeichen sein: ${example}` } }
      if ('wrong' in result) return wrong(context, result.wrong, [index])
      return [result.value]
    })
  })
}

const listen = z.unknown().transform((value, context): readonly ListenAddress[] => {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (items.length === 1 && items[0] === 'off') return []
  return items.flatMap((item) => {
    if (typeof item !== 'string') {
      return wrong(context, {
        en: 'must be text or a list of texts, such as "127.0.0.1:2525", ["0.0.0.0:25", "[::]:25"] or "off"',
        de: 'muss Text oder eine Liste von Texten sein, etwa "127.0.0.1:2525", ["0.0.0.0:25", "[::]:25"] oder "off"',
      })
    }
    const result = parseListenAddress(item)
    if ('wrong' in result) return wrong(context, result.wrong)
    return [result.value]
  })
})

/** More than any machine's cores that one writer could keep busy. */
const maxProcesses = 64

const processes = z.unknown().transform((value, context): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxProcesses) return value
  return wrong(context, {
    en: `must be a whole number from 1 to ${maxProcesses}, such as processes = 2: at most one for each core`,
    de: `muss eine ganze Zahl von 1 bis ${maxProcesses} sein, etwa processes = 2: höchstens einer je Rechenkern`,
  })
})

const remotePort = z.unknown().transform((value, context): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535) return value
  return wrong(context, { en: 'must be a whole number from 1 to 65535, such as port = 25', de: 'muss eine ganze Zahl von 1 bis 65535 sein, etwa port = 25' })
})

type ListenShape = Record<ListenName, z.ZodOptional<typeof listen>>

/** What may stand in posthorn.toml; every key may be missing. */
export const configSchema = z.strictObject({
  hostname: parsed('"mx.example.org"', parseHostname).optional(),
  data: text('"./data"').optional(),
  processes: processes.optional(),
  tls: z
    .strictObject({
      certificate: text('"tls/fullchain.pem"').optional(),
      key: text('"tls/key.pem"').optional(),
      'client-ca': text('"tls/clients.pem"').optional(),
    })
    .optional(),
  proxy: z.strictObject({ from: list('["10.0.0.0/8"]', parseCidr).optional(), 'forwarded-from': list('["10.0.0.0/8"]', parseCidr).optional() }).optional(),
  listen: z.strictObject(Object.fromEntries(listenNames.map((name) => [name, listen.optional()])) as ListenShape).optional(),
  database: z.strictObject({ url: parsed('"sqlite:"', parseDatabaseUrl).optional() }).optional(),
  content: z.strictObject({ url: parsed('"segments:" or "segments:?compress=on"', parseContentUrl).optional() }).optional(),
  ephemeral: z.strictObject({ url: parsed('"local:"', parseEphemeralUrl).optional() }).optional(),
  dns: z.strictObject({ servers: list('["9.9.9.9"]', parseDnsServer).optional() }).optional(),
  sending: z.strictObject({ port: remotePort.optional() }).optional(),
  oauth: z
    .strictObject({
      issuer: text('"https://id.example.org"').optional(),
      audience: text('"mail"').optional(),
      claim: text('"email"').optional(),
      introspection: parsed('"https://id.example.org/introspect"', parseProviderUrl).optional(),
      'client-id': text('"posthorn"').optional(),
      'client-secret': text('"…"').optional(),
      jwks: parsed('"https://id.example.org/keys"', parseProviderUrl).optional(),
    })
    .optional(),
  clamav: z.strictObject({ socket: text('"/run/clamav/clamd.ctl"').optional() }).optional(),
  rspamd: z.strictObject({ url: parsed('"http://127.0.0.1:11333"', parseRspamdUrl).optional() }).optional(),
  spamassassin: z.strictObject({ socket: text('"127.0.0.1:783"').optional() }).optional(),
})

export type ConfigFile = z.output<typeof configSchema>

/** Every key that the schema knows, as "listen.smtp"; for the nearest known one. */
export function knownKeys(): readonly string[] {
  return Object.entries(configSchema.shape).flatMap(([key, schema]) => {
    const inner: unknown = schema.unwrap()
    return inner instanceof z.ZodObject ? [key, ...Object.keys(inner.shape).map((name) => `${key}.${name}`)] : [key]
  })
}
