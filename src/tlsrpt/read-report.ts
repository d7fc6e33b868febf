import { gunzipSync } from 'node:zlib'
import * as z from 'zod'
import { attachedFiles } from '../message/attached-files.ts'
import { reportLimits } from './limits.ts'
import type { TlsReport } from './tls-report.ts'

const text = z.string().transform((value) => value.replaceAll(/\p{Cc}+/gu, ' ').slice(0, reportLimits.text))
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const texts = z.union([z.array(text), text.transform((one) => [one])]).transform((list) => list.slice(0, reportLimits.strings))
const time = z.string().transform((value, context) => {
  const ms = Date.parse(value)
  if (Number.isNaN(ms)) context.addIssue({ code: 'custom', message: 'no time' })
  return ms
})

/** RFC 8460 4.4, as loosely as reports are written. */
const reportForm = z.object({
  'organization-name': text,
  'date-range': z.object({ 'start-datetime': time, 'end-datetime': time }),
  'contact-info': text.optional(),
  'report-id': text,
  policies: z
    .array(
      z.object({
        policy: z.object({
          'policy-type': z.enum(['tlsa', 'sts', 'no-policy-found']),
          'policy-string': texts.optional(),
          'policy-domain': text,
          'mx-host': texts.optional(),
        }),
        summary: z.object({ 'total-successful-session-count': count, 'total-failure-session-count': count }),
        'failure-details': z
          .array(
            z.object({
              'result-type': text,
              'sending-mta-ip': text.optional(),
              'receiving-mx-hostname': text.optional(),
              'receiving-ip': text.optional(),
              'failed-session-count': count,
              'failure-reason-code': text.optional(),
            }),
          )
          .nullish(),
      }),
    )
    .max(reportLimits.policies),
})

/** The report in a file, gzip or plain; undefined: it is none, or too large. */
function readTlsReport(file: Uint8Array): TlsReport | undefined {
  const json = unpacked(file)
  if (json === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(json.toString())
  } catch {
    return undefined
  }
  const read = reportForm.safeParse(value)
  if (!read.success) return undefined
  const { data } = read
  return {
    organisation: data['organization-name'],
    contact: data['contact-info'] ?? '',
    reportId: data['report-id'],
    beginMs: data['date-range']['start-datetime'],
    endMs: data['date-range']['end-datetime'],
    policies: data.policies.map(({ policy, summary, 'failure-details': failures }) => ({
      policy: {
        type: policy['policy-type'],
        strings: policy['policy-string'] ?? [],
        domain: policy['policy-domain'].toLowerCase(),
        mxHosts: policy['mx-host'] ?? [],
      },
      successful: summary['total-successful-session-count'],
      failed: summary['total-failure-session-count'],
      failures: (failures ?? [])
        .map((failure) => ({
          result: failure['result-type'],
          sendingIp: failure['sending-mta-ip'],
          mxHost: failure['receiving-mx-hostname'],
          receivingIp: failure['receiving-ip'],
          detail: failure['failure-reason-code'],
          sessions: failure['failed-session-count'],
        }))
        .sort((a, b) => b.sessions - a.sessions)
        .slice(0, reportLimits.failures),
    })),
  }
}

function unpacked(file: Uint8Array): Buffer | undefined {
  if (file.length > reportLimits.packedOctets) return undefined
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file[0] === openingBrace ? Buffer.from(file.buffer, file.byteOffset, file.length) : undefined
  try {
    return gunzipSync(file, { maxOutputLength: reportLimits.jsonOctets })
  } catch {
    return undefined
  }
}

const openingBrace = 0x7b

/** The report in a file: it is one, or a message that brings one (RFC 8460 5.3). */
export function tlsReportIn(file: Uint8Array): TlsReport | undefined {
  const itself = readTlsReport(file)
  if (itself !== undefined || file.length > reportLimits.packedOctets * 1.5) return itself
  for (const attached of attachedFiles(file, { types: fileTypes, most: maxFiles })) {
    const report = readTlsReport(attached)
    if (report !== undefined) return report
  }
  return undefined
}

/** Files that are looked into: a report is in the first. */
const maxFiles = 3
const fileTypes = /^application\/(?:tlsrpt\+gzip|tlsrpt\+json|gzip|x-gzip|json|octet-stream)$/
