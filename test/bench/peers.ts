import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'

/** A mail server under load: where it listens, who it is, where it keeps things. */
export interface Target {
  readonly name: string
  readonly smtpPort: number
  readonly greylistPort: number
  readonly imapPort: number
  /** `{n}` is the mailbox's number. */
  readonly mailbox: string
  readonly password: string
  /** Their CPU and that of their children counts. */
  readonly pids: readonly number[]
  readonly folders: readonly string[]
  stop(): Promise<void>
}

/** What keeps the peer from running here; undefined: nothing. */
export function postfixMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  const missing = ['/usr/lib/postfix/sbin/master', '/usr/sbin/dovecot', '/usr/lib/dovecot/lmtp'].filter((file) => !existsSync(file))
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

const uid = 5000
const password = 'benchpw'
const users = 200

/**
 * Postfix hands each message to Dovecot by LMTP, both with Debian's defaults, save that nothing is looked up in DNS and that
 * no limit by client stands in the way. Private folders, private ports, the caller's environment (a shim that slows syncs).
 */
export async function startPostfixDovecot(folder: string, format: 'maildir' | 'mdbox', firstPort: number, env: NodeJS.ProcessEnv): Promise<Target> {
  const ports = { smtp: firstPort, greylist: firstPort + 1, imap: firstPort + 2, postgrey: firstPort + 3 }
  await writeDovecot(join(folder, 'dovecot'), format, ports.imap)
  await writePostfix(join(folder, 'postfix'), join(folder, 'dovecot', 'lmtp'), ports)
  const dovecot = start('dovecot', ['-F', '-c', join(folder, 'dovecot', 'dovecot.conf')], env)
  await listening(ports.imap)
  const postgrey = existsSync('/usr/sbin/postgrey') ? await startPostgrey(join(folder, 'postgrey'), ports.postgrey) : undefined
  const postfix = start('postfix', ['-c', join(folder, 'postfix', 'etc'), 'start-fg'], env)
  await listening(ports.smtp)
  const children = [postfix, dovecot, ...(postgrey === undefined ? [] : [postgrey])]
  return {
    name: `Postfix + Dovecot (${format})`,
    smtpPort: ports.smtp,
    greylistPort: postgrey === undefined ? 0 : ports.greylist,
    imapPort: ports.imap,
    mailbox: 'u{n}@peer.test',
    password,
    pids: children.flatMap((child) => child.pid ?? []),
    folders: [join(folder, 'dovecot', 'mail')],
    async stop() {
      execFileSync('postfix', ['-c', join(folder, 'postfix', 'etc'), 'stop'], { stdio: 'ignore' })
      for (const child of children) child.kill('SIGTERM')
      await Promise.all(children.map(ended))
    },
  }
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(command, args, { env: { ...process.env, ...env }, stdio: 'ignore' })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve))
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

async function writeDovecot(folder: string, format: 'maildir' | 'mdbox', imapPort: number): Promise<void> {
  await mkdir(join(folder, 'mail'), { recursive: true })
  await chown(join(folder, 'mail'), uid, uid)
  await writeFile(
    join(folder, 'dovecot.conf'),
    `import_environment = TZ LD_PRELOAD BENCH_FSYNC_MS
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = ${format === 'maildir' ? 'maildir:~/Maildir' : 'mdbox:~/mdbox'}
first_valid_uid = 500
namespace inbox {
  inbox = yes
}
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${uid} gid=${uid} home=${folder}/mail/%n allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  unix_listener ${folder}/lmtp {
    mode = 0666
  }
}
`,
  )
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
    `compatibility_level = 3.6
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C POSTLOG_SERVICE POSTLOG_HOSTNAME LD_PRELOAD BENCH_FSYNC_MS
queue_directory = ${folder}/queue
data_directory = ${folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.peer.test
mydestination =
mynetworks = 127.0.0.0/8
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
virtual_mailbox_domains = peer.test
virtual_mailbox_maps = hash:${folder}/etc/users
virtual_transport = lmtp:unix:${lmtp}
alias_maps =
alias_database =
smtpd_client_connection_count_limit = 0
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
message_size_limit = 52428800
`,
  )
  const pipe = '-o mynetworks=192.0.2.0/24 -o smtpd_relay_restrictions='
  const greylist = `${pipe} -o smtpd_recipient_restrictions=reject_unauth_destination,check_policy_service,inet:127.0.0.1:${ports.postgrey}`
  await writeFile(
    join(folder, 'etc', 'master.cf'),
    `127.0.0.1:${ports.smtp} inet n - n - - smtpd
127.0.0.1:${ports.greylist} inet n - n - - smtpd ${greylist}
pickup unix n - n 60 1 pickup
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
`,
  )
  execFileSync('postmap', ['-c', join(folder, 'etc'), `hash:${join(folder, 'etc', 'users')}`])
}

/** Resolves when something listens on the port of this machine; rejects after 30 s. */
export async function listening(port: number): Promise<void> {
  for (const endMs = Date.now() + 30_000; Date.now() < endMs; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
  }
  throw new Error(`nothing listens on port ${port}`)
}
