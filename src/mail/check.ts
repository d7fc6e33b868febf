/**
 * Every check that can be made of a message, by the name it has in the journal, the settings and the panel.
 * A check says what it found; policy/ alone turns findings into a verdict.
 */
export const everyCheck = [
  'connection-limits', // too many connections, commands, errors or unknown recipients from one place
  'early-talker', // spoke before the banner (SPEC A9a)
  'sender', // the reverse-path itself; of what people send also who it says has written it
  'sending-limits', // how much a mailbox may send (SPEC C6, D4)
  'address', // is there such an address, and may mail come to it
  'relay', // the recipient's domain is not ours
  'size', // declared or true size against the plan
  'quota', // the mailbox is full (SPEC C6)
  'lists', // block, allow-only, let-through (SPEC A3)
  'reverse-lookup', // SPEC A1
  'greylisting', // SPEC A2
  'blocklists', // blocklists of the DNS that refuse at RCPT (SPEC A11)
  'posting', // who may write to a distribution list (SPEC A13)
  'loop', // more than 100 Received fields
  'authentication', // SPF, DKIM, DMARC, ARC (SPEC A10)
  'virus', // clamd (SPEC A8)
  'content-filter', // SPEC A4
  'message-form', // bare CR or LF, NUL, an unreadable header section
  'storage', // our disk or database could not take it
  'autoresponse', // whether a mailbox whose owner is away answers (SPEC B6)
  'way-out', // the relay by which it left
  'transport-security', // how the connection to another server was secured
  'sending', // what another server said, or why none was reached
  'next-attempt', // when it is tried again
] as const
export type CheckName = (typeof everyCheck)[number]

/** RFC 8601 words where they fit: pass, fail, none (nothing to judge), temperror; `wait` = try again later; `skip` = an earlier finding made it needless. */
export type CheckOutcome = 'pass' | 'fail' | 'none' | 'temperror' | 'wait' | 'skip'

/** What one check found. */
export interface CheckResult {
  readonly check: CheckName
  readonly result: CheckOutcome
  /** From a closed list of each check: "first seen", "listed". */
  readonly reason: string
  /** What the reason is about: the host name found, the list entry that matched. Shown in the journal. */
  readonly detail?: string
}

/** A check's result with what it cost. */
export interface TimedCheck extends CheckResult {
  /** Wall time in microseconds, DNS waits included. */
  readonly micros: number
}
