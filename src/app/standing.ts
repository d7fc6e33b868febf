import { X509Certificate } from 'node:crypto'
import { readFile, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateStanding, Standing } from '../api/standing.ts'
import type { Resolver } from '../dns/resolver.ts'
import { positionQuery } from '../store/position.ts'
import type { Parts } from './open.ts'
import { version } from './version.ts'

/** What there is only while a server runs. */
export interface Running {
  readonly sinceMs: number
  /** PEM: the chain that is served. */
  readonly chain: string
  readonly resolver: Pick<Resolver, 'lookup'>
}

const lookupMs = 3000

/** @param running undefined: no server runs */
export async function standingOf(parts: Parts, running: Running | undefined): Promise<Standing> {
  const { config, database, content } = parts
  const beganAt = performance.now()
  const covered = await database.query(positionQuery, {})
  const tookMs = performance.now() - beganAt
  const segments = await content.segments()
  const [found, { bavail, blocks, bsize }, nameServer] = await Promise.all([
    certificateStanding(parts, running?.chain),
    statfs(config.data),
    running && askNameServer(running.resolver, config.hostname),
  ])
  return {
    version,
    node: process.versions.node,
    running: running && { sinceMs: running.sinceMs, processes: config.processes },
    database: { engine: database.engine, tookMs },
    log: {
      bytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      segments: segments.length,
      behindBytes: behindOf(content.end(), covered),
      trouble: content.trouble(),
    },
    disk: { freeBytes: bavail * bsize, totalBytes: blocks * bsize },
    certificate: found,
    nameServer,
    engines: [...(config.rspamd.url === undefined ? [] : ['rspamd']), ...(config.spamassassin.socket === undefined ? [] : ['SpamAssassin'])],
  }
}

type Position = ReturnType<Parts['content']['end']>

function behindOf(end: Position, covered: Position | undefined): number | undefined {
  if (covered === undefined) return end.offset === 0 ? 0 : undefined
  return covered.segment === end.segment ? end.offset - covered.offset : end.offset === 0 ? 0 : undefined
}

/** The host's own name, which has an answer as a rule; that there is none is one, too. */
async function askNameServer(resolver: Running['resolver'], hostname: string): Promise<Standing['nameServer']> {
  const beganAt = performance.now()
  const answer = await resolver.lookup(hostname, 'A', { timeoutMs: lookupMs })
  const isSilent = answer.status === 'failed' && (answer.why === 'timeout' || answer.why === 'unreachable')
  return { tookMs: performance.now() - beganAt, why: isSilent ? answer.why : undefined }
}

/** Of the certificate in use; without a server, of the one that would be. */
async function certificateStanding({ config }: Parts, served: string | undefined): Promise<CertificateStanding | undefined> {
  const file = config.tls?.certificate ?? join(config.data, 'tls', 'certificate.pem')
  const lies = await readFile(file, 'latin1').catch(() => undefined)
  const chain = served ?? lies
  if (chain === undefined) return undefined
  const certificate = new X509Certificate(chain)
  const fits = certificate.checkHost(config.hostname) !== undefined
  return {
    notAfterMs: certificate.validToDate.getTime(),
    selfSigned: config.tls === undefined,
    otherNames: fits ? undefined : (certificate.subjectAltName ?? certificate.subject),
    replaced: lies !== undefined && lies !== chain,
  }
}
