import type { MailServer } from '../autoconfig/servers.ts'
import type { KeyAlgorithm, KeyState } from '../signing/key-life.ts'

/** What the zones of all domains have to do with the installation. */
export interface Installation {
  /** The mail exchange. */
  readonly hostName: string
  /** What people's programs connect to. */
  readonly clientHost: string
  /** Addresses that mail leaves by; none: those of `hostName`. */
  readonly sendsFrom: readonly string[]
  /** Mail leaves by servers of others (smart hosts), who must be permitted as well. */
  readonly smartHosts: readonly string[]
  /** The best of each protocol first. */
  readonly servers: readonly MailServer[]
  readonly servesHttps: boolean
  /** Our own MTA-STS policy for all domains. */
  readonly sts: StsMode
  /** The certificate that TLS is served with, then those that lead to the authority; empty: unknown here. */
  readonly chain: readonly ChainCertificate[]
}

/** `off`: none is served. */
export type StsMode = 'off' | 'testing' | 'enforce'

/** DER. */
export interface ChainCertificate {
  readonly certificate: Uint8Array
  readonly publicKey: Uint8Array
}

export interface SigningKey {
  readonly selector: string
  readonly algorithm: KeyAlgorithm
  readonly state: KeyState
  /** p=, base64. */
  readonly publicKey: string
}

/** A domain of the installation. */
export interface DomainSetup {
  readonly domain: string
  readonly keys: readonly SigningKey[]
}
