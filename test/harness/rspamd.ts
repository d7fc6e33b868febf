import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Daemon, freePort } from './daemon.ts'

const program = '/usr/bin/rspamd'
const redis = '/usr/bin/redis-server'

/** Why rspamd cannot be tried here; false: it can. */
export const rspamdMissing: string | false = existsSync(program) ? false : 'not installed (Debian): rspamd'

/** Likewise what its Bayesian classifier keeps its words in. */
export const redisMissing: string | false = existsSync(redis) ? false : 'not installed (Debian): redis-server'

/** Modules that ask the network or others, and what acts on mail: a test asks nobody. */
const modulesOff = `antivirus arc asn clickhouse dcc dkim dkim_signing dmarc elastic external_relay external_services fuzzy_check greylist hfilter
  history_redis metadata_exporter metric_exporter milter_headers mx_check neural once_received p0f phishing ratelimit rbl replies reputation spf surbl
  url_redirector whitelist`.split(/\s+/)

/** So long it waits for its own parts, in seconds: on a busy machine it would answer with less than it knows. */
const patienceS = 30

/** Debian's rspamd with its own rules and points, without the network. */
export class Rspamd implements AsyncDisposable {
  /** Where it is asked about mail. */
  readonly url: string
  /** Where it is taught. */
  readonly controllerUrl: string
  readonly daemon: Daemon

  private constructor(daemon: Daemon, port: number, controllerPort: number) {
    this.daemon = daemon
    this.url = `http://127.0.0.1:${port}`
    this.controllerUrl = `http://127.0.0.1:${controllerPort}`
  }

  /** `bayes`: with its Bayesian classifier, which keeps what it learns in a Redis of its own. */
  static async start({ bayes = false, workers = 1 }: { readonly bayes?: boolean; readonly workers?: number } = {}): Promise<Rspamd> {
    const daemon = await Daemon.prepare('rspamd')
    const [port, controllerPort, redisPort] = [await freePort(), await freePort(), await freePort()]
    const etc = join(daemon.folder, 'etc')
    await cp('/etc/rspamd', etc, { recursive: true })
    const local = (file: string, text: string) => writeFile(join(etc, 'local.d', file), text)
    for (const name of modulesOff) await local(`${name}.conf`, 'enabled = false;\n')
    await local('worker-normal.inc', `bind_socket = "127.0.0.1:${port}";\ncount = ${workers};\n`)
    await local('worker-controller.inc', `bind_socket = "127.0.0.1:${controllerPort}";\nsecure_ip = "127.0.0.1";\npassword = "measured";\n`)
    await local('worker-proxy.inc', 'enabled = false;\n')
    await local('worker-fuzzy.inc', 'enabled = false;\n')
    await local('logging.inc', `type = "file";\nfilename = "${daemon.folder}/log/rspamd.log";\nlevel = "warning";\n`)
    // Nobody listens there: what asks all the same has its answer at once.
    await local(
      'options.inc',
      `dns {\n  nameserver = ["127.0.0.1:9"];\n  timeout = 10ms;\n  retransmits = 1;\n}\nlocal_addrs = [];\ntask_timeout = ${patienceS}s;\n`,
    )
    const folders = ['db', 'run', 'log', 'redis'].map((name) => join(daemon.folder, name))
    for (const folder of folders) {
      await mkdir(folder)
      await chmod(folder, 0o777)
    }
    if (bayes) {
      await local('redis.conf', `servers = "127.0.0.1:${redisPort}";\ntimeout = ${patienceS}s;\n`)
      await daemon.run(
        redis,
        ['--bind', '127.0.0.1', '--port', `${redisPort}`, '--dir', join(daemon.folder, 'redis'), '--save', '', '--appendonly', 'no'],
        redisPort,
      )
    } else await writeFile(join(etc, 'statistic.conf'), '')
    execFileSync('chmod', ['-R', 'a+rX', etc])
    const places = { CONFDIR: etc, LOCAL_CONFDIR: etc, DBDIR: folders[0], RUNDIR: folders[1], LOGDIR: folders[2] }
    const rights = process.getuid?.() === 0 ? ['-u', '_rspamd', '-g', '_rspamd'] : []
    const args = ['-f', ...rights, '-c', join(etc, 'rspamd.conf'), ...Object.entries(places).flatMap(([name, folder]) => ['--var', `${name}=${folder}`])]
    await daemon.run(program, args, port)
    return new Rspamd(daemon, port, controllerPort)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]()
  }
}
