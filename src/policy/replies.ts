import type { Reply } from '../mail/reply.ts'

/** What policy says (SPEC A1-A3, RFC 5321 4.2.3, RFC 3463). `<rcpt>` is the address as the sender wrote it. */
export const replies = {
  tooManyConnections: (ip: string): Reply => reply(421, '4.7.0', `Too many connections from [${ip}], try again later`),
  tooManyErrors: reply(421, '4.7.0', 'Too many errors, try again later'),
  tooManyUnknown: reply(421, '4.7.0', 'Too many unknown recipients, try again later'),
  earlyTalker: reply(554, '5.5.0', 'You spoke before the greeting'),

  tooLarge: (limitBytes: number): Reply => reply(552, '5.3.4', `Message too large: at most ${limitBytes} bytes`),

  userUnknown: (rcpt: string): Reply => reply(550, '5.1.1', `<${rcpt}>: Recipient address rejected: User unknown`),
  noticesOnly: (rcpt: string): Reply => reply(550, '5.7.1', `<${rcpt}>: Recipient address rejected: it takes notices from <> only`),
  relayDenied: (rcpt: string): Reply => reply(550, '5.7.1', `<${rcpt}>: Relaying denied`),
  addressLoops: (rcpt: string): Reply => reply(554, '5.4.6', `<${rcpt}>: Recipient address rejected: it leads back to itself`),
  locked: (rcpt: string): Reply => reply(450, '4.2.1', `<${rcpt}>: Recipient address rejected: it takes no mail for now`),
  tooLargeFor: (rcpt: string, limitBytes: number): Reply => reply(552, '5.3.4', `<${rcpt}>: Message too large: at most ${limitBytes} bytes`),
  fullForNow: (rcpt: string): Reply => reply(452, '4.2.2', `<${rcpt}>: Recipient address rejected: Mailbox full`),
  full: (rcpt: string): Reply => reply(552, '5.2.2', `<${rcpt}>: Recipient address rejected: Mailbox full`),
  listed: reply(550, '5.7.1', 'Spam message rejected'),
  differentPolicy: (rcpt: string): Reply => reply(452, '4.5.3', `<${rcpt}>: different policy, send separately`),
  noHostName: (ip: string): Reply => reply(550, '5.7.25', noHostName(ip)),
  noHostNameNow: (ip: string): Reply => reply(450, '4.7.25', noHostName(ip)),
  greylisted: (rcpt: string): Reply => reply(450, '4.7.1', `<${rcpt}>: Recipient address rejected: You have been greylisted, please try later`),

  onBlocklist: (ip: string, zone: string): Reply => reply(550, '5.7.1', `Client host rejected: [${ip}] is on the blocklist ${zone}`),

  spam: reply(550, '5.7.1', 'Spam message rejected'),
  unprovenClaim: reply(550, '5.7.1', 'Message rejected: it names an author of this server, and was not sent by one'),
  noProofNow: reply(451, '4.7.1', 'Cannot find out now whether this message is from its author, please try later'),
  /** RFC 7372 3.4: several ways of authentication failed. */
  failsDmarc: (domain: string): Reply => reply(550, '5.7.26', `Message rejected: it fails DMARC, and ${domain} wishes that`),
  virus: (name: string): Reply => reply(550, '5.7.1', `Message rejected: it holds a virus (${name})`),
  notLookedInto: reply(550, '5.7.1', 'Message rejected: it holds an archive that cannot be looked through'),
  tooLargeToScan: reply(552, '5.3.4', 'Message too large to be looked through for viruses'),
  noVirusCheckNow: reply(451, '4.7.1', 'Cannot look for viruses now, please try later'),
  tooBusyToJudge: reply(451, '4.7.1', 'Too busy to judge this message now, please try later'),

  // What people of ours send
  noSender: reply(550, '5.7.1', 'You may not send from here: the mailbox that you signed in to is no more'),
  sendingLocked: (reason: string): Reply => reply(550, '5.7.1', `Sending is locked for this mailbox: ${reason.slice(0, longestReason)}`),
  notYours: (where: string, address: string): Reply => reply(550, '5.7.1', `${where}: <${address}> is not an address of yours`),
  noFrom: reply(550, '5.7.1', 'The message has no author: a From field with an address of yours is needed'),
  hiddenFrom: (trick: string): Reply => reply(550, '5.7.1', `The author of the message is not clear: ${trick}`),
  hiddenSender: (field: string): Reply => reply(550, '5.7.1', `The field ${field} cannot be read as one sender`),
  nullSender: reply(550, '5.7.1', 'MAIL FROM:<> is for receipts only: give your address'),
  takesNone: (rcpt: string): Reply => reply(550, '5.7.1', `<${rcpt}>: Recipient address rejected: it takes no mail from this sender`),
  outgoingSpam: reply(550, '5.7.1', 'The message looks too much like spam to be sent from here'),
  sendingLimit: (limit: string, most: number, freeAtMs: number | undefined): Reply =>
    reply(450, '4.7.1', `Sending limit reached: ${limit}=${most}${freeAtMs === undefined ? '' : `, there is room again after ${minuteOf(freeAtMs)}`}`),

  mayNotPost: (list: string): Reply => reply(550, '5.7.2', `<${list}>: this distribution list does not take mail from everybody`),
  forwardLoops: reply(554, '5.4.6', 'This message was here already: whom it is forwarded to sends it back'),
  tooManyHops: reply(554, '5.4.6', 'Too many hops: this message goes round in circles'),

  ourFault: reply(451, '4.3.0', 'Temporary failure of this server, please try later'),
  storageFull: reply(452, '4.3.1', 'Not enough storage, please try later'),
}

/** Characters of a text that somebody typed. */
const longestReason = 300

/** The next whole one, so that who waits until then has waited enough: "2026-11-22 15:05 UTC". */
function minuteOf(ms: number): string {
  return `${new Date(Math.ceil(ms / 60_000) * 60_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function noHostName(ip: string): string {
  return `Client host rejected: cannot find your hostname, [${ip}]`
}

function reply(code: number, enhanced: string, text: string): Reply {
  return { code, enhanced, text: toAscii(text) }
}

/** Addresses of SMTPUTF8 transactions, as RFC 6533 3 writes them where only ASCII may stand (utf-8-addr-xtext). */
function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside printable ASCII, controls too
  return /^[\x20-\x7e]*$/.test(text)
    ? text
    : text.replace(/[^\x20-\x7e]/gu, (character) => `\\x{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`)
}
