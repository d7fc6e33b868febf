import type { Language } from '../base/language.ts'
import type { Address } from '../mail/address.ts'

/** One way in which a mail program can reach us. `tls`: from the first octet (RFC 8314 3); `starttls`: after a command. */
export interface MailServer {
  readonly protocol: 'imap' | 'pop3' | 'submission'
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
}

/** Who gives tokens to mail programs (RFC 8414). All are URLs but the scopes, which have a space between. */
export interface TokenProvider {
  readonly issuer: string
  readonly authorization: string
  readonly token: string
  readonly scopes: string
}

/** What a mail program is to be set up with. The sign-in name is the whole address, the password the mailbox's or an app password. */
export interface MailSetup {
  /** What the provider calls itself. */
  readonly provider: string
  readonly address: Address
  /** The best of each protocol first. */
  readonly servers: readonly MailServer[]
  /** Where programs get tokens, which do as well as a password; undefined: nowhere. */
  readonly tokens?: TokenProvider | undefined
  readonly language: Language
}

/** The best way of a protocol; undefined: it is not spoken here. */
export function bestServer(servers: readonly MailServer[], protocol: MailServer['protocol']): MailServer | undefined {
  return servers.find((server) => server.protocol === protocol)
}
