import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from '../base/file.ts'
import type { Log } from '../base/log.ts'
import type { Config, ListenName } from '../config/config.ts'
import { type Listener, listen } from '../wire/listen.ts'
import type { Serve } from './protocols.ts'

/** Where a listener is; port 0 only where the system is to choose one. */
export interface BoundAddress {
  readonly name: ListenName
  readonly host: string
  readonly port: number
}

export interface Listeners {
  /** In the order in which they were given, with the ports that they got. */
  readonly addresses: readonly BoundAddress[]
  /** Takes no more connections; what is left after `graceMs` is cut off. */
  close(graceMs: number): Promise<void>
}

interface ListenersOptions {
  readonly serve: Readonly<Partial<Record<ListenName, Serve>>>
  readonly config: Config
  readonly log: Log
}

/** Listens on all of them, or on none. */
export async function openListeners(addresses: readonly BoundAddress[], { serve, config, log }: ListenersOptions): Promise<Listeners> {
  const open: { readonly bound: BoundAddress; readonly listener: Listener }[] = []
  const close = async (graceMs: number) => {
    await Promise.all(open.map(({ listener }) => listener.close(graceMs)))
  }
  try {
    for (const { name, host, port } of addresses) {
      const onPeer = serve[name]
      if (onPeer === undefined) continue
      // Other mail servers show certificates that say nothing about people.
      const requestCertificate = config.clientCa !== undefined && name !== 'smtp'
      const listener = await listen({ host, port, reusePort: config.processes > 1, requestCertificate, proxyFrom: config.proxy.from, onPeer, log })
      open.push({ bound: { name, host, port: listener.address.port }, listener })
    }
  } catch (thrown) {
    await close(0)
    throw thrown
  }
  return { addresses: open.map(({ bound }) => bound), close }
}

/** Processes of ours whose first one was killed are gone within this: they end as soon as they notice. */
const patienceMs = 2_000
const retryMs = 50

/**
 * Resolves when nobody listens there; rejects with the system's error when somebody does. For sockets that several processes share, as
 * the kernel would let another installation of the same user share them too, and give it half of the mail.
 */
export async function waitUntilFree(addresses: readonly BoundAddress[]): Promise<void> {
  const endMs = performance.now() + patienceMs
  for (const { host, port } of addresses) {
    if (port === 0) continue
    for (;;) {
      try {
        await tryToListen(host, port)
        break
      } catch (error) {
        if (errorCode(error) !== 'EADDRINUSE' || performance.now() >= endMs) throw error
        await sleep(retryMs)
      }
    }
  }
}

function tryToListen(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port }, () => server.close(() => resolve()))
  })
}
