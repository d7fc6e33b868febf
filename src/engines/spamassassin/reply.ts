import { type EngineTest, type Opinion, opinion } from '../opinion.ts'

/** Longest reply that is read, in octets: a report is a few thousand. */
export const maxReplyOctets = 256 * 1024

/**
 * What spamd answers REPORT (its file spamd/PROTOCOL): the score in the field `Spam`, the tests in the table that ends the report. A report
 * quotes the message above that table, so nothing but the last table is read, and no row counts for more than a name and its points.
 * @throws Error
 */
export function readReply(text: string): Opinion {
  const end = text.indexOf('\r\n\r\n')
  const [status = '', ...fields] = (end < 0 ? text : text.slice(0, end)).split('\r\n')
  if (!/^SPAMD\/[\d.]+ 0 /.test(status)) throw new Error(status === '' ? 'no reply' : `reply: ${status.slice(0, 100)}`)
  const spam = fields
    .map((field) => /^Spam: *(?:True|False|Yes|No) *; *(-?\d+(?:\.\d+)?) *\/ *-?[\d.]+ *$/i.exec(field)?.[1])
    .find((score) => score !== undefined)
  return opinion(spam === undefined ? undefined : Number(spam), end < 0 ? [] : rows(text.slice(end)))
}

const headOfTable = /^---- -{3,} -{3,}\r?$/gm
/** ` 1.2 MISSING_DATE           Missing Date: header`; lines that go on with a description begin with blanks only. */
const row = /^ *(-?\d{1,4}(?:\.\d+)?) ([A-Z][A-Z0-9_]*)(?: |\r?$)/gim

function rows(report: string): EngineTest[] {
  const last = [...report.matchAll(headOfTable)].at(-1)
  if (last === undefined) return []
  return [...report.slice(last.index + last[0].length).matchAll(row)].map(([, points, name = '']) => ({ name, score: Number(points) }))
}
