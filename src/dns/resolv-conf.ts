import { parseServer, type ServerAddress } from './server-address.ts'

/** resolv.conf(5): MAXNS. */
const maxServers = 3

/** The `nameserver` lines of resolv.conf(5); without any, the server on this machine. Search lists are not for mail. */
export function parseResolvConf(text: string): readonly ServerAddress[] {
  const servers: ServerAddress[] = []
  for (const line of text.split('\n')) {
    const server = parseServer(/^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? '')
    if (server !== undefined && servers.length < maxServers) servers.push(server)
  }
  return servers.length > 0 ? servers : [{ host: '127.0.0.1', port: 53 }]
}
