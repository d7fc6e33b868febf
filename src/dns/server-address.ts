import { isIP } from 'node:net'

/** A recursive name server. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** `9.9.9.9`, `127.0.0.1:5353`, `2620:fe::fe`, `[::1]:5353`; undefined: not a server. */
export function parseServer(text: string): ServerAddress | undefined {
  if (isIP(text) !== 0) return { host: text, port: 53 }
  const match = /^\[([0-9a-f:.]+)\](?::(\d{1,5}))?$|^([0-9.]+):(\d{1,5})$/i.exec(text)
  const host = match?.[1] ?? match?.[3] ?? ''
  const port = Number(match?.[2] ?? match?.[4] ?? 53)
  return isIP(host) === 0 || port === 0 || port > 0xff_ff ? undefined : { host, port }
}

/** What such a server says of DNSSEC cannot have been changed on the way. */
export function isLoopback(server: ServerAddress): boolean {
  return server.host === '::1' || (isIP(server.host) === 4 && server.host.startsWith('127.'))
}
