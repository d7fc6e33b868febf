const form = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** date-time of RFC 3339 5.6, as HOLDUNTIL has it (RFC 4865 3, erratum 2040). Undefined: no such moment. */
export function parseDateTime(text: string): number | undefined {
  const upper = text.toUpperCase()
  const match = form.exec(upper)
  if (match === null) return undefined
  const [, year = '', month = '', day = ''] = match
  // 30 February is read as 2 March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  // A leap second is the one before it.
  const ms = Date.parse(upper.replace(/:60(?=[.Z+-])/, ':59'))
  return isDay && Number.isFinite(ms) ? ms : undefined
}

/** As EHLO announces the latest moment (RFC 4865 3). */
export function formatDateTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
