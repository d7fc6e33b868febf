import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Daemon, freePort } from './daemon.ts'

const program = '/usr/sbin/spamd'

/** Why SpamAssassin cannot be tried here; false: it can. */
export const spamdMissing: string | false = existsSync(program) ? false : 'not installed (Debian): spamd'

/** Debian's SpamAssassin with its own rules and points, without the network. */
export class Spamd implements AsyncDisposable {
  /** "host:port" */
  readonly socket: string
  readonly daemon: Daemon

  private constructor(daemon: Daemon, port: number) {
    this.daemon = daemon
    this.socket = `127.0.0.1:${port}`
  }

  /** `bayes`: with its Bayesian classifier, which can be taught (TELL). */
  static async start({ bayes = false, children = 2 }: { readonly bayes?: boolean; readonly children?: number } = {}): Promise<Spamd> {
    const daemon = await Daemon.prepare('spamd')
    const port = await freePort()
    const [site, home] = [join(daemon.folder, 'site'), join(daemon.folder, 'home')]
    await cp('/etc/spamassassin', site, { recursive: true })
    const settings = [
      'use_auto_whitelist 0',
      'skip_rbl_checks 1',
      'dns_available no',
      `use_bayes ${bayes ? 1 : 0}`,
      'bayes_auto_learn 0',
      `bayes_path ${home}/bayes`,
    ]
    await writeFile(join(site, 'zz-posthorn.cf'), `${settings.join('\n')}\n`)
    await mkdir(home)
    await chmod(home, 0o777)
    execFileSync('chmod', ['-R', 'a+rX', site])
    const rights = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
    const many = [`--max-children=${children}`, `--min-children=${children}`, '--min-spare=1', `--max-spare=${children}`, '--max-conn-per-child=2000']
    const place = ['-i', '127.0.0.1', '-A', '127.0.0.1', '-p', `${port}`, `--siteconfigpath=${site}`, '-H', home]
    await daemon.run(program, ['-L', '-x', ...(bayes ? ['--allow-tell'] : []), ...many, ...rights, ...place], port)
    return new Spamd(daemon, port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]()
  }
}
