import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import type * as z from 'zod'
import { nearest } from '../base/nearest.ts'
import { type Config, type ListenName, listenNames } from './config.ts'
import { locate } from './locate.ts'
import { oauthOf } from './oauth.ts'
import { ConfigError, type ConfigProblem } from './problem.ts'
import { type ConfigFile, configSchema, defaultListen, isServed, knownKeys, problemText } from './schema.ts'
import { parseHostname } from './values.ts'

/** What the command line says. Both may be missing. */
export interface ConfigSource {
  /** --config: must exist. */
  readonly file?: string | undefined
  /** --data: wins over `data` in the file. */
  readonly data?: string | undefined
}

const fileName = 'posthorn.toml'

/**
 * Reads the configuration. Without `file`: `DATA/posthorn.toml` where `data` is given; else `./posthorn.toml`, else
 * `./data/posthorn.toml`; where there is none, everything is a default. In a data folder's own file, that folder is the
 * default of `data`; elsewhere it is `./data` beside the file. Throws `ConfigError` with every problem found.
 */
export function loadConfig(source: ConfigSource = {}): Config {
  if (source.file !== undefined) return read(resolve(source.file), source.data, 'data')
  if (source.data === undefined && existsSync(fileName)) return read(resolve(fileName), undefined, 'data')
  const data = resolve(source.data ?? 'data')
  const file = join(data, fileName)
  return existsSync(file) ? read(file, source.data, '.') : complete({}, undefined, { data, base: data, dataDefault: '.' })
}

function read(file: string, data: string | undefined, dataDefault: string): Config {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(file, [whole({ en: `cannot be read: ${reason}`, de: `kann nicht gelesen werden: ${reason}` })], { cause })
  }
  return complete(check(file, text), file, { data, base: dirname(file), dataDefault })
}

function check(file: string, text: string): ConfigFile {
  let values: unknown
  try {
    values = parse(text)
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const reason = cause.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? ''
    const problem = { key: '', line: cause.line, text: { en: `not valid TOML: ${reason}`, de: `kein gültiges TOML: ${reason}` } }
    throw new ConfigError(file, [problem], { cause })
  }
  const result = configSchema.safeParse(values)
  if (result.success) return result.data
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, text))
  throw new ConfigError(
    file,
    problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    { cause: result.error },
  )
}

function problemsOf(issue: z.core.$ZodIssue, text: string): ConfigProblem[] {
  const path = issue.path.map(String)
  const key = path.join('.')
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey([...path, name], text))
  const line = locate(text, path)
  if (issue.code === 'custom') return [{ key, line, text: problemText(issue.message) }]
  return [{ key, line, text: { en: `must be a table: [${key}]`, de: `muss ein Abschnitt sein: [${key}]` } }]
}

function unknownKey(path: readonly string[], text: string): ConfigProblem {
  const key = path.join('.')
  const known = knownKeys()
  const last = path.at(-1) ?? ''
  // A right name in the wrong place first ("smtp" outside [listen]), then a misspelt one.
  const near = known.find((name) => name.endsWith(`.${last}`)) ?? nearest(key, known)
  const siblings = known.filter((name) => name.split('.').length === path.length && name.startsWith(path.slice(0, -1).join('.')))
  const list = siblings.map((name) => name.split('.').at(-1)).join(', ')
  return {
    key,
    line: locate(text, path),
    text:
      near === undefined
        ? { en: `unknown key; known here: ${list}`, de: `unbekannter Schlüssel; bekannt sind hier: ${list}` }
        : { en: `unknown key; did you mean "${near}"?`, de: `unbekannter Schlüssel; gemeint „${near}“?` },
  }
}

function whole(text: ConfigProblem['text']): ConfigProblem {
  return { key: '', line: undefined, text }
}

/** `data`: --data; `dataDefault`: relative to `base`, when neither it nor the file says. */
function complete(
  values: ConfigFile,
  file: string | undefined,
  where: { readonly data: string | undefined; readonly base: string; readonly dataDefault: string },
): Config {
  const given = values.listen ?? {}
  const listen = Object.fromEntries(listenNames.map((name) => [name, isServed(name) ? (given[name] ?? defaultListen(name)) : []]))
  const config: Config = {
    file,
    hostname: values.hostname ?? defaultHostname(),
    data: where.data === undefined ? resolve(where.base, values.data ?? where.dataDefault) : resolve(where.data),
    processes: values.processes ?? 1,
    tls: tlsFiles(values.tls, file, where.base),
    clientCa: clientCaOf(values.tls, where.base),
    proxy: { from: values.proxy?.from ?? [], forwardedFrom: values.proxy?.['forwarded-from'] ?? [] },
    listen: listen as Config['listen'],
    notServed: listenNames.filter((name: ListenName) => !isServed(name) && (given[name] ?? []).length > 0),
    database: values.database?.url ?? { engine: 'sqlite' },
    content: values.content?.url ?? { engine: 'segments', compress: false },
    ephemeral: values.ephemeral?.url ?? { engine: 'local' },
    dns: { servers: values.dns?.servers ?? [] },
    sending: { port: values.sending?.port ?? 25 },
    oauth: oauthOf(values.oauth, file ?? fileName),
    clamav: { socket: socketOf(values.clamav?.socket, where.base) },
    rspamd: { url: values.rspamd?.url },
    spamassassin: { socket: socketOf(values.spamassassin?.socket, where.base) },
  }
  return Object.freeze(config)
}

function tlsFiles(tls: ConfigFile['tls'], file: string | undefined, base: string): Config['tls'] {
  const certificate = tls?.certificate ?? ''
  const key = tls?.key ?? ''
  if (certificate === '' && key === '') return undefined
  if (certificate !== '' && key !== '') return { certificate: resolve(base, certificate), key: resolve(base, key) }
  const missing = certificate === '' ? 'tls.certificate' : 'tls.key'
  const text = {
    en: 'certificate and key belong together; give both, or neither for a self-signed certificate',
    de: 'certificate und key gehören zusammen; beide angeben, oder keines für ein selbst ausgestelltes Zertifikat',
  }
  throw new ConfigError(file ?? fileName, [{ key: missing, line: undefined, text }])
}

function clientCaOf(tls: ConfigFile['tls'], base: string): string | undefined {
  const file = tls?.['client-ca'] ?? ''
  return file === '' ? undefined : resolve(base, file)
}

/** The machine's name where it is a full one; `localhost` is honest for a first try on a laptop. */
function defaultHostname(): string {
  const parsed = parseHostname(hostname())
  return parsed.value !== undefined && parsed.value.includes('.') ? parsed.value : 'localhost'
}

/** A path, unless it is "host:port". */
function socketOf(socket: string | undefined, base: string): string | undefined {
  if (socket === undefined || socket === '') return undefined
  return /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/.test(socket) ? socket : resolve(base, socket)
}
