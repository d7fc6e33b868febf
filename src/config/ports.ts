import { nearest } from '../base/nearest.ts'
import type { Config } from './config.ts'
import type { Parsed } from './values.ts'

/** libpq's form for a Unix socket has no host before the path: `postgres://user@/name?host=/run/postgresql`. */
const withoutHost = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)(?=\/)/

/** `sqlite:` (a file in data) or `postgres://user@host:5432/name`. */
export function parseDatabaseUrl(url: string): Parsed<Config['database']> {
  if (url === 'sqlite:') return { value: { engine: 'sqlite' } }
  if (/^postgres(?:ql)?:\/\//.test(url)) {
    if (URL.canParse(url.replace(withoutHost, '$1localhost'))) return { value: { engine: 'postgresql', url } }
    return {
      wrong: {
        en: 'this is not a complete PostgreSQL URL; right would be "postgres://user@host:5432/name"',
        de: 'das ist keine vollständige PostgreSQL-URL; richtig wäre "postgres://user@host:5432/name"',
      },
    }
  }
  return { wrong: unknownScheme(url, ['sqlite:', 'postgres://user@host:5432/name']) }
}

/** `segments:` or `segments:?compress=on`; object stores come later. */
export function parseContentUrl(url: string): Parsed<Config['content']> {
  if (url === 'segments:' || url === 'segments:?compress=off') return { value: { engine: 'segments', compress: false } }
  if (url === 'segments:?compress=on') return { value: { engine: 'segments', compress: true } }
  if (url.startsWith('s3:')) return { wrong: notYet('S3', 'segments:') }
  return { wrong: unknownScheme(url, ['segments:', 'segments:?compress=on']) }
}

/** `local:`; Redis comes later. */
export function parseEphemeralUrl(url: string): Parsed<Config['ephemeral']> {
  if (url === 'local:') return { value: { engine: 'local' } }
  if (/^(?:rediss?|valkeys?):/.test(url)) return { wrong: notYet('Redis', 'local:') }
  return { wrong: unknownScheme(url, ['local:']) }
}

function notYet(engine: string, instead: string) {
  return {
    en: `this version has no ${engine} engine yet; right for now is "${instead}"`,
    de: `diese Version hat noch keine Anbindung an ${engine}; richtig ist vorerst "${instead}"`,
  }
}

function unknownScheme(url: string, known: readonly string[]) {
  const scheme = /^[^:/]*:?/.exec(url)?.[0] ?? ''
  const near = nearest(
    scheme,
    known.map((name) => name.slice(0, name.indexOf(':') + 1)),
  )
  const right = known.map((name) => `"${name}"`)
  // The URL may hold a password: only its scheme is repeated.
  return {
    en: `unknown engine "${scheme}"${near === undefined ? '' : ` (did you mean "${near}"?)`}; right would be ${right.join(' or ')}`,
    de: `unbekannte Anbindung „${scheme}“${near === undefined ? '' : ` (gemeint „${near}“?)`}; richtig wäre ${right.join(' oder ')}`,
  }
}
