import type { Log } from '../base/log.ts'
import type { Arrival, DmarcReports } from '../dmarc/reports.ts'
import type { TlsReports } from '../tlsrpt/reports.ts'
import { readReportApart } from './report-reader.ts'

/** Messages that bring one and wait to be read; more are not read. */
const mostWaiting = 20

export interface ArrivedReportsOptions {
  readonly dmarc: Pick<DmarcReports, 'keep'>
  readonly tls: Pick<TlsReports, 'take'>
  readonly log: Log
}

/** Reads what others report by mail, one message after another in the background; what it comes to is logged. */
export class ArrivedReports {
  readonly #options: ArrivedReportsOptions
  #waiting = 0
  #reading: Promise<unknown> = Promise.resolve()

  constructor(options: ArrivedReportsOptions) {
    this.#options = options
  }

  arrived(message: Uint8Array, arrival: Arrival): void {
    const { log } = this.#options
    const { queueId } = arrival
    if (this.#waiting >= mostWaiting) {
      log.warn('report not read: too many at once', { queueId })
      return
    }
    this.#waiting += 1
    this.#reading = this.#reading
      .then(() => this.#read(message, arrival))
      .catch((err: unknown) => log.error('report could not be kept', { queueId, err }))
      .finally(() => {
        this.#waiting -= 1
      })
  }

  /** Resolves when all that arrived is read. */
  async settled(): Promise<void> {
    await this.#reading
  }

  async #read(message: Uint8Array, { queueId, provenSender }: Arrival): Promise<void> {
    const { dmarc, tls, log } = this.#options
    const found = await readReportApart(message)
    if (found?.about === 'dmarc') {
      const { outcome } = await dmarc.keep(found.report, provenSender)
      log.info('DMARC report', { queueId, outcome, domain: found.report.policy.domain, reporter: found.report.reporter })
    } else if (found?.about === 'tls') {
      for (const { outcome, domain } of await tls.take(found.report, provenSender)) {
        log.info('TLS report', { queueId, outcome, domain, reporter: found.report.organisation })
      }
    } else log.info('no report', { queueId })
  }
}
