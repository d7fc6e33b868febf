import { type Bench, figures, type Pairs } from '../bench.ts'
import { refuse } from '../measure.ts'
import { atLeast, atMost, type Goal } from '../report.ts'

const connections = 50

/** Most connections from outside end so: one transaction, no message. */
export async function refusals(bench: Bench): Promise<void> {
  await bench.section(`Refused at RCPT and greylisted: ${connections} connections, one transaction each`, async () => {
    const { report, seconds } = bench
    const posthorn = await bench.posthorn()
    const peer = await bench.peer()
    const unknown = { connections, seconds, expect: 5, recipients: Number.MAX_SAFE_INTEGER } as const
    const nobody = (mailbox: string) => mailbox.replace('u{n}', 'nobody-{n}')
    const refused = await bench.interleaved(
      'refused at RCPT',
      () => refuse(posthorn, { ...unknown, port: posthorn.smtpPort, recipient: nobody(posthorn.mailbox) }),
      peer === undefined ? undefined : () => refuse(peer, { ...unknown, port: peer.smtpPort, recipient: nobody(peer.mailbox) }),
    )
    rows(bench, 'refused at RCPT', refused, { rate: atLeast(1.5), cpu: atMost(1 / 2.5) })

    const known = { connections, seconds, expect: 4, recipients: 20 } as const
    const theirs = peer?.greylisting
    if (peer !== undefined && theirs === undefined) report.remark('Greylisting without a peer: postgrey is not installed.')
    const greylisted = await bench.interleaved(
      'greylisted',
      () => refuse(posthorn, { ...known, port: posthorn.greylisting.smtpPort, recipient: posthorn.greylisting.mailbox }),
      peer === undefined || theirs === undefined ? undefined : () => refuse(peer, { ...known, port: theirs.smtpPort, recipient: theirs.mailbox }),
    )
    rows(bench, 'greylisted', greylisted, { rate: atLeast(4), cpu: atMost(1 / 4) })
  })
}

/** A rate at which the generator has no core to spare says little of the server. */
const busyGenerator = 0.9

function rows({ report }: Bench, what: string, pairs: Pairs, goals: { readonly rate: Goal; readonly cpu: Goal }): void {
  report.row({ what, unit: 'connections/s', ...figures(pairs, (measured) => measured.perSecond), goal: goals.rate })
  report.row({ what, unit: 'CPU s/1,000', ...figures(pairs, (measured) => measured.cpuPer1000), goal: goals.cpu })
  const generator = Math.max(...pairs.ours.map((measured) => measured.generatorCores))
  if (generator > busyGenerator)
    report.remark(`${what}: the load generator itself kept ${generator.toFixed(2)} cores busy; a quicker one would show a higher rate.`)
}
