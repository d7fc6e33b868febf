import { Worker } from 'node:worker_threads'
import type { AggregateReport } from '../dmarc/aggregate-report.ts'
import { reportThreadEntry } from './thread-entry.ts'

/** Reports come some times a day, so a thread for each is cheap enough; one that takes longer, or more memory, is not read. */
const longestMs = 10_000
const heapMb = 256

/** The report in a file or message, read in a thread of its own: anybody can send one that is made to cost something. undefined: there is none. */
export function readReportApart(file: Uint8Array): Promise<AggregateReport | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(reportThreadEntry, { workerData: file, name: 'report', resourceLimits: { maxOldGenerationSizeMb: heapMb } })
    const timer = setTimeout(() => void worker.terminate(), longestMs)
    worker.on('message', (report: AggregateReport | undefined) => resolve(report))
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
