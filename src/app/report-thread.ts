/** Entry of the thread that reads one DMARC report (report-reader.ts starts it). */

import { parentPort, workerData } from 'node:worker_threads'
import { reportIn } from '../dmarc/report-of-message.ts'

parentPort?.postMessage(reportIn(workerData as Uint8Array))
