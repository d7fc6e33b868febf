/** What is gathered for reports of ours. */
export const gatherLimits = {
  /** Kinds of sessions in memory, until they are written. */
  kinds: 20_000,
  /** Rows of one domain and day. */
  rowsPerDomain: 1_000,
  /** Rows of one day in all. */
  rowsPerDay: 50_000,
  /** Days that rows are kept: a report that could not be sent by then is too late. */
  days: 14,
} as const

/** What reports of others may cost: everybody can send one. */
export const reportLimits = {
  /** Octets as they come. */
  packedOctets: 5_000_000,
  /** Octets of JSON. */
  jsonOctets: 20_000_000,
  policies: 100,
  /** Kept of one policy, those of most sessions first. */
  failures: 500,
  /** UTF-16 units of a name or another text. */
  text: 300,
  strings: 100,
  /** Reports about one domain of one day of arrival that are kept. */
  perDomainAndDay: 200,
} as const

/** How long received reports are kept, days. */
export const keptReportDays = 400
