import { Worker } from 'node:worker_threads'
import type { AggregateReport } from '../dmarc/aggregate-report.ts'
import type { TlsReport } from '../tlsrpt/tls-report.ts'
import { reportThreadEntry } from './thread-entry.ts'

/** Reports come some times a day, so a thread for each is cheap enough; one that takes longer, or more memory, is not read. */
const longestMs = 10_000
const heapMb = 256

/** What others report of us. */
export type FoundReport = { readonly about: 'dmarc'; readonly report: AggregateReport } | { readonly about: 'tls'; readonly report: TlsReport }

/** The report in a file or message, read in a thread of its own: anybody can send one that is made to cost something. undefined: there is none. */
export function readReportApart(file: Uint8Array): Promise<FoundReport | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(reportThreadEntry, { workerData: file, name: 'report', resourceLimits: { maxOldGenerationSizeMb: heapMb } })
    const timer = setTimeout(() => void worker.terminate(), longestMs)
    worker.on('message', (report: FoundReport | undefined) => resolve(report))
    worker.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(undefined)
      else reject(error)
    })
    worker.on('exit', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
  })
}
