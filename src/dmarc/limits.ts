/** What reports of others may cost: everybody can send one. */
export const reportLimits = {
  /** Octets as they come; RFC 7489 6.2 lets receivers bound them, and most are some kB. */
  packedOctets: 5_000_000,
  /** Octets of XML. */
  xmlOctets: 20_000_000,
  /** XML: elements, and elements inside each other. */
  elements: 500_000,
  depth: 20,
  /** Rows that are kept of one report, those of most messages first. */
  rows: 1_000,
  /** Octets of a name or another text. */
  textOctets: 300,
  /** Reports about one domain of one day of arrival that are kept. */
  perDomainAndDay: 200,
} as const

/** How long received reports are kept, days. */
export const keptReportDays = 400

/** What is gathered for reports of ours. */
export const gatherLimits = {
  /** Kinds of messages in memory, until they are written. */
  kinds: 20_000,
  /** Rows of one domain and day: a larger report is read by nobody. */
  rowsPerDomain: 5_000,
  /** Rows of one day in all. */
  rowsPerDay: 50_000,
  /** DKIM results of one row. */
  dkimResults: 10,
  /** Days that rows are kept: a report that could not be sent by then is too late. */
  days: 14,
} as const
