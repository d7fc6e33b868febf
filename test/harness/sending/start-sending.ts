import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import { startNameServer, type NameServer, type Zone } from '../name-server.ts'
import { trustAnchor } from '../mail-host-certificates.ts'
import { silent } from '../../../src/base/log.ts'
import { Resolver } from '../../../src/dns/resolver.ts'
import { usualPaceLimits } from '../../../src/queue/pace.ts'
import { usualSchedule } from '../../../src/queue/schedule.ts'
import { timeouts } from '../../../src/smtp/client/limits.ts'
import { Deliverer, type DelivererOptions } from '../../../src/sending/deliverer.ts'
import type { TlsOutcome } from '../../../src/sending/opener.ts'
import { oneRoute } from '../../../src/sending/routes.ts'
import { FakeQueue } from './fake-queue.ts'

/** Nobody in a test takes longer. */
const shortTimeouts = {
  ...timeouts,
  ...{ connectMs: 1_000, greetingMs: 300, commandMs: 300, mailMs: 300, rcptMs: 300, dataMs: 300, finalMs: 300, blockMs: 300, quitMs: 100, handshakeMs: 2_000 },
}

/** A deliverer over a queue in memory, that asks a name server with this zone. */
export interface Sending extends AsyncDisposable {
  readonly queue: FakeQueue
  readonly deliverer: Deliverer
  readonly dns: NameServer
  readonly tls: TlsOutcome[]
  readonly clock: { nowMs: number; now(): number }
  /** Waits until the queue has been told so many things. */
  told(count: number): Promise<readonly string[]>
}

export async function startSending(port: number, zone: Zone, more: Partial<DelivererOptions> = {}): Promise<Sending> {
  const dns = await startNameServer(zone)
  const clock = { nowMs: 0, now: () => clock.nowMs }
  const resolver = new Resolver({ clock, servers: [dns.address] })
  const queue = new FakeQueue()
  const tls: TlsOutcome[] = []
  const deliverer = new Deliverer({
    ...{ queue, resolver, clock, log: silent, port, ownNames: () => new Set(['mx.a.example']), ipv6: false, hostname: 'mx.a.example', timeouts: shortTimeouts },
    routes: oneRoute('mx.a.example'),
    mtaSts: { policy: async () => ({ policy: undefined, fault: undefined }) },
    arrivals: { arrive: async () => {} },
    languageOf: async () => 'en',
    settings: () => ({ schedule: usualSchedule, delayNoticeMs: 4 * 3_600_000, pace: usualPaceLimits, maxSessions: 20 }),
    tlsContext: createSecureContext({ ca: trustAnchor }),
    noteTls: (outcome) => tls.push(outcome),
    ...more,
  })
  deliverer.start()
  return {
    ...{ queue, deliverer, dns, tls, clock },
    async told(count) {
      for (let tries = 0; queue.told.length < count && tries < 500; tries++) await sleep(10)
      return queue.told
    },
    async [Symbol.asyncDispose]() {
      await deliverer.stop(0)
      resolver.close()
      await dns.close()
    },
  }
}
