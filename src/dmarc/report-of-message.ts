import { attachedFiles } from '../message/attached-files.ts'
import type { AggregateReport } from './aggregate-report.ts'
import { reportLimits } from './limits.ts'
import { readReport } from './read-report.ts'

/** The report in a file: it is one, or a message that brings one. */
export function reportIn(file: Uint8Array): AggregateReport | undefined {
  return readReport(file) ?? reportOfMessage(file)
}

/** The report that a message brings, as itself or in one of its parts (RFC 9990 2.1.3). undefined: none. */
function reportOfMessage(message: Uint8Array): AggregateReport | undefined {
  // Base64 takes four octets for three, and a header before it.
  if (message.length > reportLimits.packedOctets * 1.5) return undefined
  for (const file of attachedFiles(message, { types: fileTypes, most: maxFiles })) {
    const report = readReport(file)
    if (report !== undefined) return report
  }
  return undefined
}

/** Files that are unpacked: a report is in the first. */
const maxFiles = 3

/** What reports are said to be; some call all files octet-stream. */
const fileTypes = /^(?:application\/(?:gzip|x-gzip|zip|x-zip|x-zip-compressed|xml|octet-stream)|text\/xml)$/
