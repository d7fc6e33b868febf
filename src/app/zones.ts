import { X509Certificate } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { Settings } from '../directory/settings.ts'
import type { Routes } from '../http/server.ts'
import { wellKnownRoutes } from '../http/well-known.ts'
import { relaySnapshot } from '../relay/query/snapshot.ts'
import type { ChainCertificate, Installation, StsMode } from '../zone/setup.ts'
import { stsPolicy } from '../zone/sts-policy.ts'
import { ZoneWatch } from '../zone/zone-watch.ts'
import { openCertificate } from './certificate.ts'
import { type Listening, listeningOf, mailServers } from './mail-setup.ts'
import type { Parts } from './open.ts'
import { openResolver } from './only.ts'
import { openDomainKeys } from './signing.ts'

type ZoneParts = Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>

/** What looks at domains' zones. `listening`: where a server that runs listens; without one, as the file says. */
export function openZoneWatch(parts: ZoneParts, listening: () => readonly Listening[] = () => listeningOf(parts.config)): ZoneWatch {
  const { config, clock, database, directory } = parts
  return new ZoneWatch({
    database,
    directory,
    keys: openDomainKeys(parts),
    openDns: () => openResolver(config, clock),
    installation: () => installationOf(parts, listening()),
    clock,
  })
}

/** A policy is fetched by HTTPS, or there is none. */
function stsMode({ listen }: Config, settings: Settings): StsMode {
  return listen.https.length > 0 ? settings['mta-sts.mode'] : 'off'
}

/** What everybody may ask our HTTP server. */
export function wellKnown({ config, directory, clock }: Pick<Parts, 'config' | 'directory' | 'clock'>): Routes {
  return wellKnownRoutes({
    isOurs: (domain) => directory.isOurs(domain),
    stsPolicy: () => stsPolicy(stsMode(config, directory.settings), config.hostname),
    securityContact: () => directory.settings['security.contact'],
    nowMs: () => clock.now(),
  })
}

async function installationOf({ config, clock, database, directory }: ZoneParts, listening: readonly Listening[]): Promise<Installation> {
  const { relays } = await database.query(relaySnapshot, { nowMs: clock.now() })
  const { settings } = directory
  return {
    hostName: config.hostname,
    clientHost: settings['client.hostname'] || config.hostname,
    sendsFrom: relays.flatMap(({ relay: { way } }) => (way.kind === 'ip' ? [way.ip] : [])),
    smartHosts: relays.flatMap(({ relay: { way } }) => (way.kind === 'smart-host' ? [way.smartHost.host] : [])),
    servers: mailServers({ config, settings, listening }),
    servesHttps: config.listen.https.length > 0,
    sts: stsMode(config, settings),
    chain: await chainOf(config, clock.now()),
  }
}

/** What others see; a certificate that cannot be read keeps no assistant from its work. */
async function chainOf({ hostname, data, tls }: Parts['config'], nowMs: number): Promise<ChainCertificate[]> {
  try {
    const { chain } = await openCertificate({ hostname, data, files: tls, nowMs })
    return (chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => {
      const certificate = new X509Certificate(pem)
      return { certificate: certificate.raw, publicKey: certificate.publicKey.export({ type: 'spki', format: 'der' }) }
    })
  } catch {
    return []
  }
}

/** Between two looks at which domains' turn it is. */
const upkeepMs = 60_000
/** Between two rounds when there is more to do. */
const breathMs = 1000

/** Looks at domains' zones in the background, in the first process. */
export function startZoneUpkeep(zones: ZoneWatch, log: Log): { stop(): Promise<void> } {
  const stopped = new AbortController()
  const { signal } = stopped
  const run = async () => {
    for (let pauseMs = upkeepMs; ; ) {
      await sleep(pauseMs, undefined, { signal, ref: false })
      pauseMs = upkeepMs
      try {
        if (await zones.upkeep(signal)) pauseMs = breathMs
      } catch (err) {
        log.error('zones not looked at', { err })
      }
    }
  }
  const done = run().catch(() => {
    // Stopped.
  })
  return {
    async stop() {
      stopped.abort()
      await done
    },
  }
}
