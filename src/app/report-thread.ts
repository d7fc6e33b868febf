/** Entry of the thread that reads one report (report-reader.ts starts it). */

import { parentPort, workerData } from 'node:worker_threads'
import { reportIn } from '../dmarc/report-of-message.ts'
import { tlsReportIn } from '../tlsrpt/read-report.ts'
import type { FoundReport } from './report-reader.ts'

const file = workerData as Uint8Array
const dmarc = reportIn(file)
const tls = dmarc === undefined ? tlsReportIn(file) : undefined
parentPort?.postMessage((dmarc && { about: 'dmarc', report: dmarc }) ?? ((tls && { about: 'tls', report: tls }) satisfies FoundReport | undefined))
