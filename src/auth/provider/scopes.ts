import type { AccessProtocol } from '../../directory/change/credentials.ts'

/** All of mail (draft-ietf-mailmaint-oauth-public). */
export const allOfMail = 'urn:ietf:params:oauth:scope:mail'

/** What a program can ask for, of mail: all of it, or a protocol. */
export const mailScopes: Readonly<Record<string, readonly AccessProtocol[]>> = {
  [allOfMail]: ['imap', 'pop3', 'submission'],
  imap: ['imap'],
  pop: ['pop3'],
  smtp: ['submission'],
}

/** By which a program that may have these opens the mailbox. */
export function protocolsOf(scopes: readonly string[]): readonly AccessProtocol[] {
  return [...new Set(scopes.flatMap((scope) => (Object.hasOwn(mailScopes, scope) ? (mailScopes[scope] ?? []) : [])))]
}
