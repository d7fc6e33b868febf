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

/**
 * Why a check found what it found: a closed list for each, so that the journal has a sentence for every one (journal/findings.ts). What the SMTP
 * server refuses itself has the text of its reply.
 */
export interface CheckReasons {
  'connection-limits': 'too many at once' | 'too many a minute' | 'Too many recipients' | 'too many errors' | 'too many unknown recipients'
  'early-talker': 'spoke before the greeting'
  sender: 'sending locked' | 'not an address of the mailbox' | 'no author' | 'hidden author' | 'names another' | 'no reverse-path' | 'own address'
  'sending-limits':
    | 'new recipient'
    | 'known recipient'
    | 'messages-per-hour'
    | 'messages-per-day'
    | 'recipients-per-hour'
    | 'recipients-per-day'
    | 'new-recipients-per-day'
  address:
    | 'no such address'
    | 'leads back to itself'
    | 'locked'
    | 'mailbox'
    | 'forward'
    | 'list'
    | 'alias'
    | 'way back'
    | 'no way back of ours'
    | 'not a notice'
    | 'unsubscribe'
    | 'bounces'
    | 'left the list'
    | 'bounce noted'
    | 'no bounce'
  relay: 'foreign domain' | 'held until' | 'to another server'
  size: 'declared size' | 'true size' | 'Message too large' | 'different policy'
  quota: 'mailbox full'
  lists:
    | 'off'
    | 'let through'
    | 'listed'
    | 'not listed'
    | 'allowed'
    | 'not allowed'
    | 'From may match'
    | 'host name unknown'
    | 'always accepted'
    | 'different policy'
  'reverse-lookup': 'verified' | 'no name' | 'no name leads back' | 'not the EHLO name' | 'too many names' | 'DNS failed' | 'too late'
  greylisting: 'first seen' | 'too soon' | 'came back' | 'known' | 'was written to' | 'trusted host' | 'let through' | 'allowed' | 'table unavailable'
  blocklists: 'listed' | 'not listed' | 'no answer'
  posting: 'author not known now' | 'author not proven' | 'not of its members' | 'not of its domain' | 'different policy'
  loop: 'was here already' | 'too many Received fields'
  authentication: 'pass' | 'none' | 'fail' | 'temperror' | 'permerror' | 'claims our domain' | 'refused by DMARC' | 'put aside by DMARC' | 'proven by a sealer'
  virus: 'clean' | 'virus' | 'encrypted archive' | 'beyond limits' | 'too large' | 'away' | 'too late' | 'different policy'
  'content-filter':
    | 'may leave'
    | 'outgoing spam, refused'
    | 'not spam'
    | 'spam, delivered'
    | 'spam, marked'
    | 'spam, into the folder'
    | 'spam, thrown away'
    | 'spam, refused'
    | 'too late'
    | 'too busy'
    | 'fault of ours'
    | 'different policy'
  'message-form':
    | 'Message refused: CR without LF'
    | 'Message refused: LF without CR'
    | 'Message refused: NUL in it'
    | 'Message refused: a line of it is too long'
    | 'Header section too large'
  storage: 'fault of ours' | 'Temporary failure of this server, please try later' | 'Not enough storage, please try later'
  autoresponse:
    | 'answers'
    | 'automatic'
    | 'not now'
    | 'spam'
    | 'nobody to answer'
    | 'own address'
    | 'a machine'
    | 'a mailing list'
    | 'bulk mail'
    | 'an automatic message'
    | 'asked not to'
    | 'not addressed to it'
    | 'answered lately'
    | 'enough for today'
  'way-out': 'relay'
  'transport-security': 'none' | 'opportunistic' | 'sts' | 'tlsa'
  /** Those of queue/reason.ts and queue/trouble.ts, and two ends. */
  sending:
    | 'delivered'
    | 'relayed'
    | 'removed'
    | 'no-such-mailbox'
    | 'mailbox-full'
    | 'mailbox-off'
    | 'too-large'
    | 'listed'
    | 'spam'
    | 'sender-unproved'
    | 'sender-refused'
    | 'virus'
    | 'try-later'
    | 'rate'
    | 'loop'
    | 'not-here'
    | 'refused'
    | 'no-such-domain'
    | 'takes-no-mail'
    | 'no-answer'
    | 'tls'
    | 'dns'
    | 'utf8'
    | 'require-tls'
  'next-attempt': 'at'
}

/** What one check of that name found. */
export interface Found<Name extends CheckName> {
  readonly check: Name
  readonly result: CheckOutcome
  readonly reason: CheckReasons[Name]
  /** What the reason is about: the host name found, the list entry that matched. Shown in the journal. */
  readonly detail?: string
}

/** What one check found. */
export type CheckResult = { readonly [Name in CheckName]: Found<Name> }[CheckName]

/** The same in parts, which the compiler cannot see to belong together where the name is not yet known. */
export function found<Name extends CheckName>(check: Name, result: CheckOutcome, reason: CheckReasons[Name], detail?: string): CheckResult {
  const parts: Found<Name> = detail === undefined ? { check, result, reason } : { check, result, reason, detail }
  return parts as CheckResult
}

/** One that was kept, or came from outside: an earlier version may have had other reasons. */
export interface ToldCheck {
  readonly check: CheckName
  readonly result: CheckOutcome
  readonly reason: string
  readonly detail?: string
  readonly micros: number
}

/** A check's result with what it cost: wall time in microseconds, DNS waits included. */
export type TimedCheck = { readonly [Name in CheckName]: Found<Name> & { readonly micros: number } }[CheckName]
