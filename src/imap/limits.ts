/** What one connection may cost. Reaching a limit is an answer, not a crash (DESIGN "Bad input, faults"). */
export interface ImapLimits {
  /** Octets of a line with its CRLF. RFC 7162 4 asks for 8,192 at least; clients send long UID sets, and ID (RFC 2971) can take 32 kB. */
  readonly lineOctets: number
  /** Octets of one literal that is not a message: names, passwords, search texts. */
  readonly literalOctets: number
  /** Octets of all lines and literals of one command, its message aside. */
  readonly commandOctets: number
  /** The same before sign-in, where anybody can send. */
  readonly unauthenticatedCommandOctets: number
  /** Octets of a message in APPEND; APPENDLIMIT (RFC 7889) announces it. */
  readonly messageOctets: number
  /** Octets of all messages of one APPEND (RFC 3502). */
  readonly appendOctets: number
  /** Messages of one command that are longer than this together go through a spool file, never whole into memory (DESIGN, "A message's way in"). */
  readonly spoolOctets: number
  /** A literal before sign-in: a name or a password; LITERAL- (RFC 7888 5) has the same figure. */
  readonly unauthenticatedLiteralOctets: number
  /** Commands that were not understood, in a row, before BYE. */
  readonly badCommands: number
  /** Refused sign-ins on one connection before BYE. */
  readonly failedSignIns: number
  /** From the greeting to a successful sign-in. */
  readonly signInMs: number
  /** Autologout (RFC 3501 5.4: 30 minutes at least). A little more, since clients renew IDLE "every 29 to 30 minutes". */
  readonly idleMs: number
  /** Between two words on how far a long command is (RFC 9585 4: 10 to 15 seconds). */
  readonly progressMs: number
}

export const defaultLimits: ImapLimits = {
  lineOctets: 65_536,
  literalOctets: 65_536,
  commandOctets: 262_144,
  unauthenticatedCommandOctets: 65_536,
  messageOctets: 100 * 1024 * 1024,
  appendOctets: 256 * 1024 * 1024,
  spoolOctets: 256 * 1024,
  unauthenticatedLiteralOctets: 4_096,
  badCommands: 20,
  failedSignIns: 5,
  signInMs: 120_000,
  idleMs: 31 * 60_000,
  progressMs: 10_000,
}

/** Bounds of the grammar itself; no installation needs others. */
export const grammarLimits = {
  /** Ranges in one sequence set. */
  sequenceRanges: 10_000,
  /** SEARCH keys within keys: NOT NOT NOT … or parentheses. */
  searchDepth: 50,
  /** SEARCH keys in all. */
  searchKeys: 1_000,
  /** Criteria of one SORT; there are ten keys. */
  sortKeys: 20,
  /** Items of one FETCH. */
  fetchItems: 200,
  /** Numbers in a section ("1.2.3"); as deep as message/ looks into MIME (DESIGN: depth 100). */
  sectionDepth: 100,
  /** Fields named in HEADER.FIELDS. */
  headerFields: 500,
  /** Flags and keywords in one command. */
  flags: 100,
  /** Octets of a keyword (contract of store/). */
  keywordOctets: 100,
  /** LIST patterns in one command, and wildcards in one pattern: matching costs their product. */
  listPatterns: 20,
  listWildcards: 32,
  /** Octets of a LIST pattern or mailbox name on the wire. */
  nameOctets: 2_000,
  /** Capabilities in one ENABLE. */
  enabledAtOnce: 100,
  /** Tags in one CANCELUPDATE. */
  cancelledAtOnce: 100,
  /** Messages in one APPEND. */
  appendMessages: 1_000,
  /** Parts of a message that CATENATE makes. */
  catenateParts: 1_000,
  /** Groups of events in one NOTIFY. */
  notifyGroups: 20,
  /** Names of mailboxes in one NOTIFY or ESEARCH. */
  filterNames: 200,
  /** Kinds of mailboxes in one ESEARCH. */
  searchSources: 20,
  /** Entries that one GETMETADATA or LIST asks for, or one SETMETADATA sets; and octets of a name (RFC 5464). */
  metadataEntries: 100,
  metadataNameOctets: 255,
  /** Pairs in ID (RFC 2971 3.3: 30). */
  idPairs: 30,
} as const
