import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Daemon, freePort } from '../daemon.ts'

const [nsd, unbound, keyMaker, signer] = ['/usr/sbin/nsd', '/usr/sbin/unbound', '/usr/bin/ldns-keygen', '/usr/bin/ldns-signzone']

/** Why no zone can be signed and validated here; false: it can. */
export const signedDnsMissing: string | false = [nsd, unbound, keyMaker, signer].every(existsSync) ? false : 'not installed (Debian): nsd, unbound, ldnsutils'

/**
 * The zone `example.` with a key of its own, in Debian's nsd, and Debian's unbound, which knows that key and validates what it answers. Beside it the zone `example.net.`, which nobody has signed.
 */
export class SignedDns implements AsyncDisposable {
  /** Of the validating resolver: "127.0.0.1:port". */
  readonly address: string
  readonly #daemons: readonly [nsd: Daemon, unbound: Daemon]
  readonly #key: string
  #serial = 0

  private constructor(daemons: readonly [Daemon, Daemon], key: string, port: number) {
    this.#daemons = daemons
    this.#key = key
    this.address = `127.0.0.1:${port}`
  }

  /** @param records of `example.` as a zone file has them, names with their last dot; @param unsigned those of `example.net.` */
  static async start(records: string, unsigned: string): Promise<SignedDns> {
    const daemons = [await Daemon.prepare('nsd'), await Daemon.prepare('unbound')] as const
    const [{ folder }, resolver] = daemons
    try {
      const key = execFileSync(keyMaker, ['-a', 'ECDSAP256SHA256', '-k', 'example.'], { cwd: folder, encoding: 'latin1' }).trim()
      const [port, resolverPort] = [await freePort(), await freePort()]
      const dns = new SignedDns(daemons, key, resolverPort)
      await writeFile(join(folder, 'unsigned.zone'), `${start('example.net.', 1)}${unsigned}`)
      await dns.#sign(records)
      await writeFile(join(folder, 'nsd.conf'), nsdSettings(folder, port))
      await daemons[0].run(nsd, ['-d', '-c', join(folder, 'nsd.conf')], port)
      const anchor = await readFile(join(folder, `${key}.key`), 'latin1')
      await writeFile(join(resolver.folder, 'unbound.conf'), unboundSettings(resolver.folder, resolverPort, port, anchor.split(';')[0]?.trim() ?? ''))
      await resolver.run(unbound, ['-d', '-c', join(resolver.folder, 'unbound.conf')], resolverPort)
      return dns
    } catch (error) {
      for (const daemon of daemons) await daemon[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Other records from now on; caches forget the old ones within a second. @param forge text put in place of another after signing */
  async publish(records: string, forge?: readonly [from: string, to: string]): Promise<void> {
    await this.#sign(records, forge)
    process.kill(Number(await readFile(join(this.#daemons[0].folder, 'nsd.pid'), 'latin1')), 'SIGHUP')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons) await daemon[Symbol.asyncDispose]()
  }

  async #sign(records: string, forge?: readonly [from: string, to: string]): Promise<void> {
    const { folder } = this.#daemons[0]
    this.#serial += 1
    await writeFile(join(folder, 'plain.zone'), `${start('example.', this.#serial)}${records}`)
    execFileSync(signer, ['-f', 'fresh.zone', 'plain.zone', this.#key], { cwd: folder })
    const signed = await readFile(join(folder, 'fresh.zone'), 'latin1')
    if (forge !== undefined && !signed.includes(forge[0])) throw new Error(`${forge[0]} does not stand in the zone`)
    await writeFile(join(folder, 'signed.zone'), forge === undefined ? signed : signed.replaceAll(forge[0], forge[1]))
  }
}

/** TTLs of a second, of what is not there too. */
function start(zone: string, serial: number): string {
  return `$ORIGIN ${zone}\n$TTL 1\n${zone} IN SOA ns.${zone} hostmaster.${zone} ${serial} 3600 600 86400 1\n${zone} IN NS ns.${zone}\nns.${zone} IN A 127.0.0.1\n`
}

function nsdSettings(folder: string, port: number): string {
  return `
server:
  ip-address: 127.0.0.1
  port: ${port}
  username: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  zonelistfile: "${folder}/zone.list"
  xfrdfile: "${folder}/xfrd.state"
  logfile: "${folder}/nsd.log"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: example
  zonefile: signed.zone
zone:
  name: example.net
  zonefile: unsigned.zone
`
}

function unboundSettings(folder: string, port: number, nsdPort: number, anchor: string): string {
  const stub = (zone: string) => `stub-zone:\n  name: "${zone}"\n  stub-addr: 127.0.0.1@${nsdPort}\n`
  return `
server:
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: "${folder}/unbound.pid"
  use-syslog: no
  logfile: "${folder}/unbound.log"
  interface: 127.0.0.1
  port: ${port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor: "${anchor}"
  cache-max-ttl: 1
  cache-max-negative-ttl: 1
  val-bogus-ttl: 1
  infra-host-ttl: 1
remote-control:
  control-enable: no
${stub('example.')}${stub('example.net.')}`
}
