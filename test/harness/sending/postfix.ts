import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Daemon, freePort } from '../daemon.ts'

const master = '/usr/lib/postfix/sbin/master'

/** Why Postfix cannot receive here; false: it can. */
export const postfixMissing: string | false =
  process.getuid?.() !== 0 ? 'Postfix runs as root only' : existsSync(master) ? false : 'not installed (Debian): postfix'

/** Where one of its listeners is, and what it has there other than the rest: options of smtpd(8). */
export interface PostfixListener {
  readonly ip: string
  readonly options?: Readonly<Record<string, string>>
}

/** Debian's Postfix with its defaults, which takes mail for these domains, whoever it is for, into one Maildir. */
export class Postfix implements AsyncDisposable {
  /** The same at each address. */
  readonly port: number
  readonly #daemon: Daemon

  private constructor(daemon: Daemon, port: number) {
    this.#daemon = daemon
    this.port = port
  }

  /** @param listeners the first is at 127.0.0.1; @param chain its own certificate first */
  static async start({ listeners, domains, chain, key }: PostfixOptions): Promise<Postfix> {
    const daemon = await Daemon.prepare('postfix')
    const port = await freePort()
    const { folder } = daemon
    for (const part of ['etc', 'queue', 'data', 'mail']) await mkdir(join(folder, part))
    execFileSync('chown', ['postfix', join(folder, 'data'), join(folder, 'mail')])
    await writeFile(join(folder, 'etc', 'key.pem'), key, { mode: 0o600 })
    await writeFile(join(folder, 'etc', 'chain.pem'), chain)
    await writeFile(join(folder, 'etc', 'main.cf'), settings(folder, domains))
    const line = ({ ip, options = {} }: PostfixListener) =>
      `${ip}:${port} inet n - n - - smtpd${Object.entries(options)
        .map(([name, value]) => ` -o ${name}=${value}`)
        .join('')}\n`
    await writeFile(join(folder, 'etc', 'master.cf'), `${listeners.map(line).join('')}${services}`)
    execFileSync('/usr/sbin/postfix', ['-c', join(folder, 'etc'), 'check'], { stdio: 'ignore' })
    // `postfix start-fg` would make a session of its own, which outlives a test that is killed.
    await daemon.run(master, ['-c', join(folder, 'etc'), '-d'], port)
    return new Postfix(daemon, port)
  }

  /** Messages that it has delivered, in no order. */
  async mails(): Promise<readonly string[]> {
    const inbox = join(this.#daemon.folder, 'mail', 'inbox', 'new')
    const names = await readdir(inbox).catch(() => [])
    return await Promise.all(names.map((name) => readFile(join(inbox, name), 'latin1')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemon[Symbol.asyncDispose]()
  }
}

interface PostfixOptions {
  readonly listeners: readonly PostfixListener[]
  readonly domains: readonly string[]
  /** PEM. */
  readonly chain: string
  readonly key: string
}

function settings(folder: string, domains: readonly string[]): string {
  const id = (flag: string) => execFileSync('id', [flag, 'postfix'], { encoding: 'latin1' }).trim()
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
inet_interfaces = all
inet_protocols = ipv4
myhostname = receiver.example
mynetworks =
mydestination =
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
alias_maps =
alias_database =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${folder}/etc/chain.pem
smtpd_tls_key_file = ${folder}/etc/key.pem
smtpd_tls_received_header = yes
virtual_mailbox_domains = ${domains.join(', ')}
virtual_mailbox_base = ${folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_minimum_uid = 1
virtual_uid_maps = static:${id('-u')}
virtual_gid_maps = static:${id('-g')}
`
}

const services = `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
