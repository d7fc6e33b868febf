import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import type { Bench } from '../bench.ts'
import { Imap } from '../imap.ts'
import { median, valueAtMost } from '../report.ts'
import type { Target } from '../target.ts'

/** Between two messages, so that nothing is in motion any more: as much and a bit. */
const pauseMs = 150
/** Messages that do not count: the first of its kind finds everything unprepared. */
const warmUp = 3

/** From the 250 to an idling client's EXISTS. */
export async function notify(bench: Bench): Promise<void> {
  await bench.section('End of SMTP to EXISTS of an idling client', async () => {
    const { report } = bench
    const posthorn = await bench.posthorn()
    const peer = await bench.peer()
    const samples = bench.quick ? 20 : 200
    const ours = await latencies(posthorn, samples)
    // Half a second each: fewer of them.
    const theirs = peer === undefined ? [] : await latencies(peer, Math.ceil(samples / 10))
    // The least that 99 of 100 stay within.
    const p99 = ours.toSorted((a, b) => a - b)[Math.ceil(ours.length * 0.99) - 1] ?? Number.NaN
    report.json('run', { what: 'notify', ours, theirs })
    const peers = theirs.length === 0 ? {} : { theirs: [median(theirs)] }
    report.row({ what: 'median', unit: 'ms', ours: [median(ours)], ...peers })
    report.row({ what: `p99 of ${samples}`, unit: 'ms', ours: [p99], goal: valueAtMost(5) })
  })
}

async function latencies(target: Target, samples: number): Promise<number[]> {
  const user = target.mailbox.replace('{n}', '0')
  const imap = await Imap.signIn(target.imapPort, user, target.password)
  const socket = connect({ host: '127.0.0.1', port: target.smtpPort, noDelay: true })
  const found: number[] = []
  try {
    await reply(socket)
    await say(socket, 'EHLO load.bench.test\r\n')
    await imap.command('SELECT INBOX')
    for (let n = -warmUp; n < samples; n++) {
      await imap.idle()
      await sleep(pauseMs * (1 + Math.random()))
      await say(socket, 'MAIL FROM:<s@example.org>\r\n')
      await say(socket, `RCPT TO:<${user}>\r\n`)
      await say(socket, 'DATA\r\n')
      const seen = imap.line(/^\* \d+ EXISTS/).then(() => performance.now())
      await say(socket, `Subject: ${n}\r\nMessage-ID: <${n}.${Date.now()}@load.bench.test>\r\n\r\nhello\r\n.\r\n`)
      const saidMs = performance.now()
      // It may well be there before the 250 has reached us.
      const latencyMs = Math.max(0, (await seen) - saidMs)
      if (n >= 0) found.push(latencyMs)
      await imap.done()
    }
  } finally {
    socket.destroy()
    imap.close()
  }
  return found
}

async function say(socket: Socket, text: string): Promise<void> {
  socket.write(text)
  await reply(socket)
}

/** Replies come in one piece here: they are short, and awaited one by one. */
async function reply(socket: Socket): Promise<void> {
  const [octets] = (await once(socket, 'data')) as [Buffer]
  if (!/^[23]/.test(octets.toString('latin1'))) throw new Error(octets.toString('latin1'))
}
