/** The Debian packages that the tests use: the real clients, servers and databases that Posthorn is tried against. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'

interface DebianPackage {
  readonly name: string
  /** A file that is there once it is installed, as a glob. */
  readonly file: string
  readonly use: string
}

const debianPackages: readonly DebianPackage[] = [
  { name: 'postgresql-15', file: '/usr/lib/postgresql/15/bin/postgres', use: 'the other engine of the database port' },
  { name: 'swaks', file: '/usr/bin/swaks', use: 'sends single messages, with and without TLS' },
  { name: 'libnet-ssleay-perl', file: '/usr/lib/*/perl5/*/Net/SSLeay.pm', use: 'TLS for swaks' },
  { name: 'postfix', file: '/usr/sbin/smtp-source', use: 'smtp-source: many messages at once; a receiver of what we send' },
  { name: 'isync', file: '/usr/bin/mbsync', use: 'synchronises mailboxes over IMAP, both ways' },
  { name: 'mutt', file: '/usr/bin/mutt', use: 'reads over IMAP as a person does' },
  { name: 'fetchmail', file: '/usr/bin/fetchmail', use: 'fetches over POP3 and IMAP' },
  { name: 'curl', file: '/usr/bin/curl', use: 'reads over IMAP and POP3 in one command' },
  { name: 'unbound', file: '/usr/sbin/unbound', use: 'a resolver that our DNS client is compared with, and that validates' },
  { name: 'nsd', file: '/usr/sbin/nsd', use: 'a name server for a signed zone' },
  { name: 'ldnsutils', file: '/usr/bin/ldns-signzone', use: 'signs that zone' },
  { name: 'clamav-daemon', file: '/usr/sbin/clamd', use: 'the virus scanner, with a signature of our own' },
  { name: 'thunderbird', file: '/usr/bin/thunderbird', use: 'sets itself up and reads, as most people do' },
  { name: 'chromium', file: '/usr/bin/chromium', use: 'a browser, in which every page of the panel is looked at' },
  { name: 'zbar-tools', file: '/usr/bin/zbarimg', use: 'reads the QR codes that are drawn for phones' },
  { name: 'rspamd', file: '/usr/bin/rspamd', use: 'a content filter that ours can be asked beside' },
  { name: 'spamd', file: '/usr/sbin/spamd', use: 'SpamAssassin, the same' },
  { name: 'openssl', file: '/usr/bin/openssl', use: 'looks at TLS from outside' },
]

/**
 * Installs what is missing where that is possible (as root, on Debian), and says what is still missing after it: the tests
 * that need those are skipped, visibly. A machine without a package source is no failure.
 */
export async function installTestPackages(): Promise<void> {
  if (missing().length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await aptInstall(missing().map(({ name }) => name))
  for (const { name, use } of missing()) console.log(`missing: ${name} (${use}); the tests that need it are skipped`)
}

function missing(): DebianPackage[] {
  return debianPackages.filter(({ file }) => globSync(file).length === 0)
}

async function aptInstall(names: readonly string[]): Promise<void> {
  console.log(`installing ${names.join(' ')}`)
  const policy = '/usr/sbin/policy-rc.d'
  const ours = !existsSync(policy)
  // Debian starts a server when it is installed; 101 forbids it. Postfix would take port 25, PostgreSQL make a cluster.
  if (ours) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const run = (...args: string[]) =>
      spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
        stdio: ['ignore', 'ignore', 'pipe'],
        encoding: 'utf8',
        timeout: 900_000,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    run('update')
    const all = run('install', '-y', '--no-install-recommends', ...names)
    // One package that cannot be had must not cost the others.
    if (all.status !== 0) for (const name of names) run('install', '-y', '--no-install-recommends', name)
  } finally {
    if (ours) await rm(policy, { force: true })
  }
}
