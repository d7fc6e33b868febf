import type { Reply } from '../../mail/reply.ts'

function reply(code: number, enhanced: string, text: string): Reply {
  return { code, enhanced, text }
}

/** What the server itself says; all that judges senders, recipients and messages comes from policy. RFC 5321 4.2, RFC 3463. */
export const replies = {
  ok: reply(250, '2.0.0', 'Ok'),
  senderOk: reply(250, '2.1.0', 'Ok'),
  recipientOk: reply(250, '2.1.5', 'Ok'),
  startData: { code: 354, text: 'End data with <CR><LF>.<CR><LF>' },
  bye: reply(221, '2.0.0', 'Bye'),
  readyForTls: reply(220, '2.0.0', 'Ready to start TLS'),
  help: reply(214, '2.0.0', 'HELO EHLO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY HELP STARTTLS: see RFC 5321'),
  cannotVerify: reply(252, '2.1.5', 'Cannot verify, but will take a message and try to deliver it'),

  unknownCommand: reply(500, '5.5.1', 'Command not recognized'),
  lineTooLong: reply(500, '5.5.2', 'Line too long'),
  bareCr: reply(500, '5.5.2', 'CR without LF: lines end with CR LF'),
  bareLf: reply(500, '5.5.2', 'LF without CR: lines end with CR LF'),
  notText: reply(500, '5.5.2', 'Control or 8-bit characters in a command'),
  notUtf8: reply(500, '5.5.2', 'Not UTF-8'),
  noArgument: reply(501, '5.5.4', 'This command takes no argument'),
  wantsArgument: reply(501, '5.5.4', 'This command wants an argument'),
  helloSyntax: reply(501, '5.5.4', 'Syntax: EHLO domain or address literal'),
  mailSyntax: reply(501, '5.5.4', 'Syntax: MAIL FROM:<address> parameters'),
  rcptSyntax: reply(501, '5.5.4', 'Syntax: RCPT TO:<address>'),
  authSyntax: reply(501, '5.5.4', 'Syntax: AUTH mechanism [initial response in base64]'),
  bdatSyntax: reply(501, '5.5.4', 'Syntax: BDAT octets [LAST]'),
  badSender: reply(501, '5.1.7', 'Bad sender address syntax'),
  badRecipient: reply(501, '5.1.3', 'Bad recipient address syntax'),
  senderWantsUtf8: reply(553, '5.6.7', 'Non-ASCII address without SMTPUTF8'),
  recipientWantsUtf8: reply(553, '5.6.7', 'Non-ASCII address in a transaction without SMTPUTF8'),
  parameterSyntax: reply(501, '5.5.4', 'Bad parameter'),
  parameterTwice: reply(501, '5.5.4', 'Parameter given twice'),
  unknownParameter: reply(555, '5.5.4', 'Parameter not recognized or not implemented'),
  notImplemented: reply(502, '5.5.1', 'Command not implemented'),
  tlsNotOffered: reply(502, '5.5.1', 'TLS not offered'),
  tlsAlready: reply(503, '5.5.1', 'TLS is on already'),
  needHello: reply(503, '5.5.1', 'EHLO or HELO first'),
  needMail: reply(503, '5.5.1', 'MAIL first'),
  needRecipient: reply(503, '5.5.1', 'No valid recipients'),
  nestedMail: reply(503, '5.5.1', 'MAIL was given already'),
  inChunks: reply(503, '5.5.1', 'Only BDAT, NOOP, RSET and QUIT after BDAT'),

  // RFC 4954 6, RFC 5248
  signedIn: reply(235, '2.7.0', 'Signed in'),
  signInFirst: reply(530, '5.7.0', 'Sign in first (AUTH)'),
  startTlsFirst: reply(530, '5.7.0', 'Must issue a STARTTLS command first'),
  signedInAlready: reply(503, '5.5.1', 'Signed in already'),
  authInTransaction: reply(503, '5.5.1', 'AUTH is not permitted during a mail transaction'),
  tlsAfterAuth: reply(503, '5.5.1', 'STARTTLS comes before AUTH'),
  authMechanism: reply(504, '5.5.4', 'No such mechanism here'),
  authCancelled: reply(501, '5.7.0', 'Sign-in cancelled'),
  authNotBase64: reply(501, '5.5.2', 'Not base64'),
  authTooLong: reply(500, '5.5.6', 'Response too long'),
  authResponse: reply(501, '5.5.2', 'Not a response of this mechanism'),
  authForAnother: reply(535, '5.7.8', 'Nobody may act for somebody else'),
  authCredentials: reply(535, '5.7.8', 'User name or password is wrong'),
  authPlaintext: reply(538, '5.7.11', 'Signing in needs TLS here'),
  authLocked: reply(525, '5.7.13', 'This mailbox is locked'),
  authAppPassword: reply(534, '5.7.9', 'This mailbox has a second factor: use an app password'),
  authThrottled: reply(454, '4.7.0', 'Too many failed attempts, try again later'),
  authUnavailable: reply(454, '4.7.0', 'Temporary failure of this server, please try later'),
  holdTooLong: reply(501, '5.5.4', 'Nothing is held for so long'),

  tooManyRecipients: reply(452, '4.5.3', 'Too many recipients'),
  tooManyTransactions: reply(421, '4.5.3', 'Too many messages in one session, connect again'),
  tooLarge: reply(552, '5.3.4', 'Message too large'),
  headerTooLarge: reply(552, '5.3.4', 'Header section too large'),
  textBareCr: reply(550, '5.6.0', 'Message refused: CR without LF'),
  textBareLf: reply(550, '5.6.0', 'Message refused: LF without CR'),
  textNul: reply(550, '5.6.0', 'Message refused: NUL in it'),
  textLineTooLong: reply(550, '5.6.0', 'Message refused: a line of it is too long'),

  closingFault: reply(421, '4.3.0', 'Temporary failure of this server, please try later'),
  closingShutdown: reply(421, '4.3.2', 'Service shutting down, please try later'),
  closingRevoked: reply(421, '4.7.0', 'Signed out: the password was changed, or the mailbox locked or removed'),
  closingTimeout: reply(421, '4.4.2', 'Timeout, closing connection'),
  closingNotSmtp: reply(421, '4.7.0', 'This is SMTP'),
} as const satisfies Record<string, Reply>

/** After these the connection ends (RFC 5321 4.2: 221 by QUIT, 421 at any time). */
export function isLast(reply: Reply): boolean {
  return reply.code === 421 || reply.code === 221
}
