import type { ListenAddress, ListenName } from '../config/config.ts'
import { type Listener, listen } from '../wire/listen.ts'
import { startMaintenance } from './maintenance.ts'
import type { Parts } from './open.ts'
import { openProtocols, type Serve } from './protocols.ts'
import { startTextIndex } from './text-index.ts'

export interface Server {
  /** In the order of the configuration. */
  readonly listeners: readonly { readonly name: ListenName; readonly host: string; readonly port: number }[]
  /** Resolves when every refusal until now is in the journal, or could not be written. */
  flushJournal(): Promise<void>
  /** Takes no more connections, lets transactions under way come to their end, resolves when all is written. */
  close(graceMs?: number): Promise<void>
}

/** How long open connections may take to come to an end when the server stops. */
const defaultGraceMs = 10_000

/** Everything that a running server has beyond its data: protocols, listeners, upkeep. */
export async function startServer(parts: Parts): Promise<Server> {
  const { config, log } = parts
  const protocols = await openProtocols(parts)
  const upkeep = startMaintenance(parts)
  const textIndex = startTextIndex(parts)
  const open: { readonly name: ListenName; readonly address: ListenAddress; readonly listener: Listener }[] = []
  const close = async (graceMs = defaultGraceMs) => {
    await upkeep.stop()
    await textIndex.stop()
    await Promise.all(open.map(({ listener }) => listener.close(graceMs)))
    await protocols.close()
  }
  try {
    const requestCertificate = config.clientCa !== undefined
    for (const [name, onPeer] of Object.entries(protocols.serve) as [ListenName, Serve][]) {
      for (const address of config.listen[name]) {
        const listener = await listen({ ...address, requestCertificate: requestCertificate && name !== 'smtp', proxyFrom: config.proxy.from, onPeer, log })
        open.push({ name, address, listener })
      }
    }
  } catch (thrown) {
    await close(0)
    throw thrown
  }
  const listeners = open.map(({ name, address, listener }) => ({ name, host: address.host, port: listener.address.port }))
  return { listeners, flushJournal: protocols.flushJournal, close }
}
