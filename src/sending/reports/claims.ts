import type { Change } from '../../database/database.ts'

/** Days that it is remembered what was sent: longer than anything is counted. */
const keptDays = 60

export interface ReportClaim {
  readonly about: 'dmarc' | 'tls'
  /** Days since 1970. */
  readonly day: number
  readonly domain: string
}

/** True: it is the caller's to send. Of several nodes, and over restarts, each report is sent at most once: it is statistics. */
export const claimReport: Change<ReportClaim, boolean> = {
  name: 'sending.claim-report',
  durable: true,
  async run(tx, { about, day, domain }) {
    await tx.run('DELETE FROM report_sent WHERE day < ?', day - keptDays)
    return (await tx.run('INSERT INTO report_sent (about, day, domain) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', about, day, domain)) > 0
  },
}
