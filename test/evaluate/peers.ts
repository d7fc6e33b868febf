import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readReply as readRspamd } from '../../src/engines/rspamd/reply.ts'
import { readReply as readSpamd } from '../../src/engines/spamassassin/reply.ts'
import { runProgram } from '../harness/program.ts'
import { Rspamd } from '../harness/rspamd.ts'
import { Spamd } from '../harness/spamd.ts'

/** Another filter, with the points and the classifier that Debian's package has, without the network. It is told octets and nothing else. */
export interface Peer extends AsyncDisposable {
  score(octets: Buffer): Promise<number>
  teach(octets: Buffer, label: 'ham' | 'spam'): Promise<void>
}

/** `bayes`: with what it can learn. */
export async function startPeer(name: string, bayes: boolean): Promise<Peer> {
  switch (name) {
    case 'rspamd':
      return rspamd(bayes)
    case 'spamassassin':
      return spamassassin(bayes)
    case 'bogofilter':
      return bogofilter()
    default:
      throw new Error(`--peer ${name}: rspamd, spamassassin or bogofilter`)
  }
}

async function rspamd(bayes: boolean): Promise<Peer> {
  const daemon = await Rspamd.start({ bayes })
  const post = (url: string, octets: Buffer) => fetch(url, { method: 'POST', body: new Uint8Array(octets) })
  return {
    async score(octets) {
      return readRspamd(await (await post(`${daemon.url}/checkv2`, octets)).text()).score
    },
    async teach(octets, label) {
      // It refuses, with a status of its own, what it is sure of or has too few words in.
      const answered = await post(`${daemon.controllerUrl}/learn${label}`, octets)
      await answered.body?.cancel()
    },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  }
}

async function spamassassin(bayes: boolean): Promise<Peer> {
  const daemon = await Spamd.start({ bayes, children: 1 })
  const exchange = async (command: string, octets: Buffer): Promise<string> => {
    const socket = connect({ port: Number(daemon.socket.split(':')[1]), host: '127.0.0.1', allowHalfOpen: true })
    const parts: Buffer[] = []
    socket.on('data', (part: Buffer) => parts.push(part))
    socket.end(Buffer.concat([Buffer.from(`${command}\r\nContent-length: ${octets.length}\r\n\r\n`), octets]))
    await once(socket, 'end')
    socket.destroy()
    return Buffer.concat(parts).toString('latin1')
  }
  return {
    async score(octets) {
      return readSpamd(await exchange('REPORT SPAMC/1.5', octets)).score
    },
    async teach(octets, label) {
      const reply = await exchange(`TELL SPAMC/1.5\r\nMessage-class: ${label}\r\nSet: local`, octets)
      if (!/^SPAMD\/[\d.]+ 0 /.test(reply)) throw new Error(`spamd does not learn: ${reply}`)
    },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  }
}

async function bogofilter(): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'bogofilter-'))
  const run = (args: readonly string[], input: Buffer) => runProgram('/usr/bin/bogofilter', ['-C', '-d', folder, ...args], { input })
  return {
    async score(octets) {
      const { stdout } = await run(['-TT'], octets)
      // Before the first lesson there is no word list, and no answer.
      return stdout.trim() === '' ? 0.5 : Number(stdout)
    },
    async teach(octets, label) {
      const { code, stderr } = await run([label === 'spam' ? '-s' : '-n'], octets)
      if (code !== 0) throw new Error(`bogofilter does not learn: ${stderr}`)
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
    },
  }
}
