import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ended, freePorts, listening, start } from './peer-process.ts'
import { peerMailboxes, peerPassword, type Target } from './target.ts'

const uid = 5000

/** What keeps Dovecot from running here; undefined: nothing. */
export function dovecotMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  const missing = ['/usr/sbin/dovecot', '/usr/lib/dovecot/imap', '/usr/lib/dovecot/pop3'].filter((file) => !existsSync(file))
  return missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`
}

export interface DovecotOptions {
  /** Empty, and open to all users of this machine. */
  readonly folder: string
  readonly format: 'maildir' | 'mdbox'
  /** With the settings of its documentation for many sign-ins: processes that are used again, answers of auth kept, idle sessions hibernated. */
  readonly fast?: boolean
}

/** Dovecot alone, as a server to read from. */
export async function startDovecot({ folder, format, fast = false }: DovecotOptions): Promise<Target> {
  const [imapPort, pop3Port] = await freePorts(2)
  const child = await startDovecotMaster(join(folder, 'dovecot'), { format, imapPort, pop3Port, fast, env: {} })
  return {
    name: `Dovecot (${format}${fast ? ', fast settings' : ''})`,
    smtpPort: 0,
    imapPort,
    pop3Port,
    mailbox: 'u{n}@peer.test',
    mailboxes: peerMailboxes,
    password: peerPassword,
    greylisting: undefined,
    pids: child.pid === undefined ? [] : [child.pid],
    folders: [join(folder, 'dovecot', 'mail')],
    async stop() {
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}

interface MasterOptions {
  readonly format: 'maildir' | 'mdbox'
  readonly imapPort: number
  readonly pop3Port: number
  readonly fast?: boolean
  readonly env: NodeJS.ProcessEnv
}

/** Resolves when it listens. Mail lies in `folder`/mail/NAME, its LMTP socket is `folder`/lmtp. */
export async function startDovecotMaster(folder: string, options: MasterOptions): Promise<ChildProcess> {
  await mkdir(join(folder, 'mail'), { recursive: true })
  await chown(join(folder, 'mail'), uid, uid)
  await writeFile(join(folder, 'dovecot.conf'), configuration(folder, options))
  const child = start('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], options.env)
  try {
    await listening(options.imapPort)
    return child
  } catch (error) {
    child.kill('SIGTERM')
    await ended(child)
    throw error
  }
}

/** Debian's defaults, save that no limit stands in the way of a thousand connections from one address. */
function configuration(folder: string, { format, imapPort, pop3Port, fast = false }: MasterOptions): string {
  return `import_environment = TZ LD_PRELOAD SLOW_SYNC_MS
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap pop3 lmtp
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
  args = password=${peerPassword}
}
userdb {
  driver = static
  args = uid=${uid} gid=${uid} home=${folder}/mail/%n allow_all_users=yes
}
protocol imap {
  mail_max_userip_connections = 0
}
service imap-login {
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${pop3Port}
  }
  inet_listener pop3s {
    port = 0
  }
}
service lmtp {
  unix_listener ${folder}/lmtp {
    mode = 0666
  }
}
${fast ? fastSettings : ''}`
}

/** doc.dovecot.org: "High-performance mode" of login processes, `service_count` of imap, `auth_cache_size`, `imap_hibernate_timeout`. */
const fastSettings = `service imap-login {
  service_count = 0
  process_min_avail = 2
  client_limit = 2000
}
service imap {
  service_count = 1000
  process_min_avail = 8
  process_limit = 2000
  idle_kill = 5 secs
  unix_listener imap-master {
    user = $default_internal_user
    mode = 0666
  }
  extra_groups = $default_internal_group
}
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0666
  }
  client_limit = 6000
}
service auth {
  client_limit = 20000
}
service anvil {
  client_limit = 20000
}
service stats {
  client_limit = 20000
}
auth_cache_size = 10M
imap_hibernate_timeout = 5 secs
`
