import { signCms } from '../autoconfig/cms.ts'
import type { MailServer, TokenProvider } from '../autoconfig/servers.ts'
import { providerPaths } from '../auth/provider/paths.ts'
import { allOfMail } from '../auth/provider/scopes.ts'
import type { Clock } from '../base/clock.ts'
import type { Config, ListenName } from '../config/config.ts'
import type { Directory } from '../directory/directory.ts'
import type { Settings } from '../directory/settings.ts'
import { mailSetupRoutes } from '../http/mail-setup.ts'
import type { Routes } from '../http/server.ts'
import type { PemCertificate } from './certificate.ts'

/** The best of each protocol first: TLS from the first octet (RFC 8314 3). */
const ways: readonly (readonly [name: ListenName, standardPort: number, way: Pick<MailServer, 'protocol' | 'security'>])[] = [
  ['imaps', 993, { protocol: 'imap', security: 'tls' }],
  ['imap', 143, { protocol: 'imap', security: 'starttls' }],
  ['pop3s', 995, { protocol: 'pop3', security: 'tls' }],
  ['pop3', 110, { protocol: 'pop3', security: 'starttls' }],
  ['submissions', 465, { protocol: 'submission', security: 'tls' }],
  ['submission', 587, { protocol: 'submission', security: 'starttls' }],
]

/** A listener, with the port that it got. */
export interface Listening {
  readonly name: ListenName
  readonly port: number
}

/** As the file says, while no server runs. */
export function listeningOf({ listen }: Config): Listening[] {
  return ways.flatMap(([name]) => listen[name].slice(0, 1).map(({ port }) => ({ name, port })))
}

/** What mail programs can connect to. */
export function mailServers({
  config,
  settings,
  listening,
}: {
  readonly config: Config
  readonly settings: Settings
  readonly listening: readonly Listening[]
}): MailServer[] {
  const host = settings['client.hostname'] || config.hostname
  return ways.flatMap(([name, standardPort, way]) => {
    const bound = listening.find((listener) => listener.name === name)
    return bound === undefined ? [] : { ...way, host, port: settings['client.standard-ports'] ? standardPort : bound.port }
  })
}

interface MailSetupParts {
  readonly config: Config
  readonly directory: Directory
  readonly tls: PemCertificate
  readonly clock: Clock
  readonly listening: () => readonly Listening[]
  /** Of the provider of tokens; undefined: there is none. */
  readonly issuer: () => string | undefined
}

/** How mail programs set themselves up with this installation. */
export function mailSetup({ config, directory, tls, clock, listening, issuer }: MailSetupParts): Routes {
  const host = () => directory.settings['client.hostname'] || config.hostname
  return mailSetupRoutes({
    provider: () => directory.settings['provider.name'] || config.hostname,
    origin: () => `https://${host()}`,
    servers: () => mailServers({ config, settings: directory.settings, listening: listening() }),
    tokens: () => tokenProvider(issuer()),
    isOurs: (domain) => directory.isOurs(domain),
    sign: (profile) => signCms(profile, tls, clock.now()),
    clock,
  })
}

function tokenProvider(issuer: string | undefined): TokenProvider | undefined {
  if (issuer === undefined) return undefined
  const { authorization, token } = providerPaths
  return { issuer, authorization: issuer + authorization, token: issuer + token, scopes: `${allOfMail} offline_access` }
}
