import { setTimeout as sleep } from 'node:timers/promises'
import { DomainKeys } from '../signing/domain-keys.ts'
import { openVault } from './installation-key.ts'
import { openResolver } from './only.ts'
import type { Parts } from './open.ts'

/** What makes and looks after the keys. */
export function openDomainKeys(parts: Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>): DomainKeys {
  const { config, clock, log, database, directory } = parts
  // A name without a dot is in no DNS.
  const hostname = config.hostname.includes('.') ? config.hostname : undefined
  return new DomainKeys({ database, directory, vault: openVault(config), openDns: () => openResolver(config, clock), hostname, clock, log })
}

/** A new domain waits so long for its keys, unless somebody asks for them. */
const upkeepMs = 30_000
/** Between two rounds when there is more to do. */
const breathMs = 1000

/** Looks after the keys in the background, in the first process. */
export function startKeyUpkeep(parts: Parts): { stop(): Promise<void> } {
  const { log } = parts
  const keys = openDomainKeys(parts)
  const stopped = new AbortController()
  const { signal } = stopped
  const run = async () => {
    for (let pauseMs = upkeepMs; ; ) {
      await sleep(pauseMs, undefined, { signal, ref: false })
      pauseMs = upkeepMs
      try {
        if (await keys.upkeep()) pauseMs = breathMs
      } catch (err) {
        log.error('upkeep of DKIM keys failed', { err })
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
