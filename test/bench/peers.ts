import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startDovecotMaster } from './dovecot.ts'
import { ended, freePorts, listening, start } from './peer-process.ts'
import { peerMailboxes as users, peerPassword as password, type Target } from './target.ts'

/** What keeps the peer from running here; undefined: nothing. */
export function postfixMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  const missing = ['/usr/lib/postfix/sbin/master', '/usr/sbin/dovecot', '/usr/lib/dovecot/lmtp'].filter((file) => !existsSync(file))
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

export interface PeerOptions {
  /** Empty, and open to all users of this machine. */
  readonly folder: string
  readonly format: 'maildir' | 'mdbox'
  /** For all its processes: a shim that slows syncs. */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Postfix hands each message to Dovecot by LMTP, both with Debian's defaults, save that nothing is looked up in DNS and that
 * no limit by client stands in the way. Private folders, private ports.
 */
export async function startPostfixDovecot({ folder, format, env = {} }: PeerOptions): Promise<Target> {
  const [smtp, greylist, imap, postgrey, pop3] = await freePorts(5)
  const children: ChildProcess[] = []
  const stop = async () => {
    // Its master watches over the queue: it is asked, not killed.
    spawnSync('postfix', ['-c', join(folder, 'postfix', 'etc'), 'stop'], { stdio: 'ignore' })
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map(ended))
  }
  try {
    children.push(await startDovecotMaster(join(folder, 'dovecot'), { format, imapPort: imap, pop3Port: pop3, env }))
    if (existsSync(postgreyProgram)) children.push(await startPostgrey(join(folder, 'postgrey'), postgrey))
    await writePostfix(join(folder, 'postfix'), join(folder, 'dovecot', 'lmtp'), { smtp, greylist, postgrey })
    children.push(start('postfix', ['-c', join(folder, 'postfix', 'etc'), 'start-fg'], env))
    await listening(smtp)
  } catch (error) {
    await stop()
    throw error
  }
  const mailbox = 'u{n}@peer.test'
  return {
    name: `Postfix + Dovecot (${format})`,
    smtpPort: smtp,
    imapPort: imap,
    pop3Port: pop3,
    mailbox,
    mailboxes: users,
    password,
    greylisting: existsSync(postgreyProgram) ? { smtpPort: greylist, mailbox } : undefined,
    pids: children.flatMap((child) => child.pid ?? []),
    folders: [join(folder, 'dovecot', 'mail')],
    stop,
  }
}

/** What keeps a Postfix that only hands on from running here; undefined: nothing. */
export function relayMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  return existsSync('/usr/lib/postfix/sbin/master') && existsSync('/usr/sbin/smtp-sink') ? undefined : 'not installed: Debian’s postfix'
}

/** Postfix with Debian's defaults that sends everything on, each domain of `destinations` to the address beside it, without TLS or DNS. */
export async function startPostfixRelay(
  folder: string,
  destinations: ReadonlyMap<string, string>,
  sinkPort: number,
): Promise<{ readonly port: number; readonly pids: readonly number[]; stop(): Promise<void> }> {
  const [port] = await freePorts(1)
  for (const part of ['etc', 'queue', 'data']) await mkdir(join(folder, part), { recursive: true })
  await chmod(folder, 0o755)
  execFileSync('chown', ['postfix', join(folder, 'data')])
  const transport = join(folder, 'etc', 'transport')
  await writeFile(transport, Array.from(destinations, ([domain, ip]) => `${domain} smtp:[${ip}]:${sinkPort}\n`).join(''))
  await writeFile(join(folder, 'etc', 'main.cf'), `${commonSettings(folder)}mydestination =\ntransport_maps = hash:${transport}\n`)
  await writeFile(join(folder, 'etc', 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd\n${services}`)
  execFileSync('postmap', ['-c', join(folder, 'etc'), `hash:${transport}`])
  const child = start('postfix', ['-c', join(folder, 'etc'), 'start-fg'], {})
  const stop = async () => {
    spawnSync('postfix', ['-c', join(folder, 'etc'), 'stop'], { stdio: 'ignore' })
    child.kill('SIGTERM')
    await ended(child)
  }
  try {
    await listening(port)
  } catch (error) {
    await stop()
    throw error
  }
  return { port, pids: child.pid === undefined ? [] : [child.pid], stop }
}

const postgreyProgram = '/usr/sbin/postgrey'

/** What keeps Haraka from running here; undefined: nothing. It is not in Debian, so whoever wants it names its package's folder. */
export function harakaMissing(): string | undefined {
  const folder = process.env[harakaVariable]
  if (folder === undefined) return `${harakaVariable} does not name Haraka's folder`
  return existsSync(join(folder, 'bin', 'haraka')) ? undefined : `there is no bin/haraka in ${folder}`
}

const harakaVariable = 'POSTHORN_BENCH_HARAKA'

/** Haraka that parses each message and throws it away: its durable path syncs nothing, so there is nothing else to compare with. */
export async function startHaraka({ folder }: { readonly folder: string }): Promise<Target> {
  const haraka = process.env[harakaVariable] ?? ''
  const [smtp] = await freePorts(1)
  const files = {
    plugins: 'rcpt_to.in_host_list\nqueue/discard\n',
    'smtp.ini': `listen=127.0.0.1:${smtp}\nnodes=0\ndaemonize=false\n[main]\n`,
    'log.ini': '[main]\nlevel=crit\n',
    loglevel: 'LOGCRIT\n',
    me: 'mx.peer.test\n',
    host_list: 'peer.test\n',
    'queue.ini': '',
  }
  await mkdir(join(folder, 'config'), { recursive: true })
  await mkdir(join(folder, 'queue'), { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'config', name), text)
  await writeFile(join(folder, 'package.json'), '{}\n')
  await copyFile(join(haraka, 'config', 'connection.ini'), join(folder, 'config', 'connection.ini'))
  const child = start(process.execPath, [join(haraka, 'bin', 'haraka'), '-c', folder], { YES_REALLY_DO_DISCARD: '1' })
  const stop = async () => {
    child.kill('SIGKILL')
    await ended(child)
  }
  try {
    await listening(smtp)
  } catch (error) {
    await stop()
    throw error
  }
  const pids = child.pid === undefined ? [] : [child.pid]
  return {
    name: 'Haraka (discards)',
    smtpPort: smtp,
    imapPort: 0,
    pop3Port: 0,
    mailbox: 'u{n}@peer.test',
    mailboxes: users,
    password,
    greylisting: undefined,
    pids,
    folders: [],
    stop,
  }
}

async function startPostgrey(folder: string, port: number): Promise<ChildProcess> {
  await mkdir(folder, { recursive: true })
  execFileSync('chown', ['postgrey', folder])
  await writeFile(join(folder, 'none'), '# none\n')
  const none = join(folder, 'none')
  const child = start(
    'postgrey',
    [
      `--inet=127.0.0.1:${port}`,
      `--dbdir=${folder}`,
      '--delay=300',
      `--whitelist-clients=${none}`,
      `--whitelist-recipients=${none}`,
      '--user=postgrey',
      '--group=postgrey',
    ],
    {},
  )
  await listening(port)
  return child
}

async function writePostfix(
  folder: string,
  lmtp: string,
  ports: { readonly smtp: number; readonly greylist: number; readonly postgrey: number },
): Promise<void> {
  for (const part of ['etc', 'queue', 'data']) await mkdir(join(folder, part), { recursive: true })
  await chmod(folder, 0o755)
  execFileSync('chown', ['postfix', join(folder, 'data')])
  await writeFile(join(folder, 'etc', 'users'), Array.from({ length: users }, (_, n) => `u${n}@peer.test ok\n`).join(''))
  await writeFile(
    join(folder, 'etc', 'main.cf'),
    `${commonSettings(folder)}mydestination =
virtual_mailbox_domains = peer.test
virtual_mailbox_maps = hash:${folder}/etc/users
virtual_transport = lmtp:unix:${lmtp}
`,
  )
  const pipe = '-o mynetworks=192.0.2.0/24 -o smtpd_relay_restrictions='
  const greylist = `${pipe} -o smtpd_recipient_restrictions=reject_unauth_destination,check_policy_service,inet:127.0.0.1:${ports.postgrey}`
  await writeFile(
    join(folder, 'etc', 'master.cf'),
    `127.0.0.1:${ports.smtp} inet n - n - - smtpd
127.0.0.1:${ports.greylist} inet n - n - - smtpd ${greylist}
${services}`,
  )
  execFileSync('postmap', ['-c', join(folder, 'etc'), `hash:${join(folder, 'etc', 'users')}`])
}

/** What all instances have, whatever they do. */
function commonSettings(folder: string): string {
  return `compatibility_level = 3.6
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME LD_PRELOAD SLOW_SYNC_MS
queue_directory = ${folder}/queue
data_directory = ${folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.peer.test
mynetworks = 127.0.0.0/8
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
alias_maps =
alias_database =
smtpd_client_connection_count_limit = 0
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
message_size_limit = 52428800
`
}

const services = `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
