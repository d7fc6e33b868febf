import { createServer } from 'node:net'

/** Whether connections can come from this address: it is one of this machine. */
export function isLocalAddress(ip: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ host: ip, port: 0, exclusive: true }, () => server.close(() => resolve(true)))
  return promise
}
