import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../database/database.ts'
import { dmarcDomainsOfDay, reportOfDay } from '../../dmarc/seen.ts'
import { reportFileName, writeReport } from '../../dmarc/write-report.ts'
import type { Resolver } from '../../dns/resolver.ts'
import type { Outside } from '../../outside/outside.ts'
import { tlsDomainsOfDay, tlsReportOfDay } from '../../tlsrpt/seen.ts'
import { tlsReportFileName, writeTlsReport } from '../../tlsrpt/write-report.ts'
import { claimReport, type ReportClaim } from './claims.ts'
import { type ReportMessage, writeReportMessage } from './report-message.ts'
import { agreeingPlaces, readPlaces, type ReportPlace, tlsReportPlaces } from './wanted-at.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
/** RFC 8460 4.1: not all of the world at midnight. */
const spreadMs = 4 * hourMs
const postMs = 60_000

export interface DailyReportsOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly resolver: Pick<Resolver, 'lookup'>
  /** Where reports are wanted over HTTPS, the domain says. */
  readonly outside: Pick<Outside, 'request'>
  readonly clock: Clock
  readonly log: Log
  readonly hostname: string
  /** Asked each time. */
  readonly wanted: () => boolean
  readonly sameOrganisation: (one: string, other: string) => Promise<boolean>
  /** Puts a message on its way. `tlsOptional`: whatever policies say of TLS (RFC 8460 3). */
  readonly send: (message: { readonly to: string; readonly octets: Uint8Array; readonly tlsOptional: boolean }) => Promise<void>
}

/** A report as a file, and who gets it. */
interface Finished extends Pick<ReportMessage, 'about' | 'domain' | 'reportId' | 'fileName'> {
  readonly file: Uint8Array<ArrayBuffer>
  readonly places: readonly ReportPlace[]
}

/** Sends once a day what was counted the day before: DMARC and TLS reports, to the domains that wish for them. */
export class DailyReports {
  readonly #options: DailyReportsOptions
  readonly #stopped = new AbortController()
  /** After midnight (UTC), the same every day. */
  readonly #delayMs: number
  #running: Promise<void> = Promise.resolve()

  constructor(options: DailyReportsOptions) {
    this.#options = options
    this.#delayMs = createHash('sha256').update(options.hostname).digest().readUInt32BE(0) % spreadMs
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
  }

  /** Of the day (days since 1970), those that nobody has sent yet. */
  async sendAll(day: number): Promise<void> {
    const { database, log } = this.#options
    const claims: ReportClaim[] = [
      ...(await database.query(dmarcDomainsOfDay, { day })).map((domain) => ({ about: 'dmarc', day, domain }) as const),
      ...(await database.query(tlsDomainsOfDay, { day })).map((domain) => ({ about: 'tls', day, domain }) as const),
    ]
    for (const claim of claims) {
      if (this.#stopped.signal.aborted) return
      try {
        await this.#sendOne(claim)
      } catch (err) {
        log.warn('report not sent', { ...claim, err })
      }
    }
  }

  async #run(): Promise<void> {
    const { clock, wanted, log } = this.#options
    const { signal } = this.#stopped
    while (!signal.aborted) {
      const nowMs = clock.now()
      const today = Math.floor(nowMs / dayMs)
      try {
        if (wanted() && nowMs >= today * dayMs + this.#delayMs) await this.sendAll(today - 1)
      } catch (err) {
        log.error('reports cannot be sent', { err })
      }
      const againMs = (nowMs >= today * dayMs + this.#delayMs ? today + 1 : today) * dayMs + this.#delayMs - clock.now()
      await sleep(Math.max(againMs, hourMs), undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #sendOne(claim: ReportClaim): Promise<void> {
    const { database, clock, log, hostname, send } = this.#options
    const report = claim.about === 'dmarc' ? await this.#dmarc(claim) : await this.#tls(claim)
    if (report === undefined || report.places.length === 0 || !(await database.change(claimReport, claim))) return
    for (const place of report.places) {
      if (place.kind === 'https') await this.#post(place.url, report.file)
      else if (report.file.length <= place.mostOctets) {
        const octets = writeReportMessage({ ...report, submitter: hostname, to: place.address, atMs: clock.now() })
        await send({ to: place.address, octets, tlsOptional: claim.about === 'tls' })
      }
    }
    log.info('report sent', { ...claim })
  }

  /** RFC 8460 5.4. */
  async #post(url: string, body: Uint8Array): Promise<void> {
    const headers = { 'content-type': 'application/tlsrpt+gzip' }
    const request = { method: 'POST', headers, body, timeoutMs: postMs, maxOctets: 0, signal: this.#stopped.signal } as const
    const { status } = await this.#options.outside.request(new URL(url), request)
    if (status < 200 || status > 299) throw new Error(`${url} answered ${status}`)
  }

  async #dmarc({ day, domain }: ReportClaim): Promise<Finished | undefined> {
    const { database, hostname } = this.#options
    const found = await database.query(reportOfDay, { day, domain, reporter: { hostName: hostname, email: `postmaster@${hostname}` } })
    if (found === undefined) return undefined
    const { report, to } = found
    const named = readPlaces(to).filter(({ kind }) => kind === 'mail')
    const places = await agreeingPlaces(domain, named, this.#options)
    return { about: 'dmarc', domain, places, reportId: report.reportId, fileName: reportFileName(report, hostname), file: await packed(writeReport(report)) }
  }

  async #tls({ day, domain }: ReportClaim): Promise<Finished | undefined> {
    const { database, hostname, resolver } = this.#options
    const places = await tlsReportPlaces(domain, resolver)
    if (places.length === 0) return undefined
    const report = await database.query(tlsReportOfDay, { day, domain, reporter: { hostName: hostname, email: `postmaster@${hostname}` } })
    if (report === undefined) return undefined
    const file = await packed(writeTlsReport(report))
    return { about: 'tls', domain, places, reportId: report.reportId, fileName: tlsReportFileName(report, domain), file }
  }
}

async function packed(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await promisify(gzip)(text))
}
