import assert from 'node:assert/strict'
import path from 'node:path'
import test from 'node:test'
import { SmallDisk } from '../harness/crash/small-disk.ts'
import { SmtpSender } from '../harness/crash/smtp-sender.ts'
import { startNameServer } from '../harness/name-server.ts'
import { CountingSink } from '../harness/sending/counting-sink.ts'
import { eventually, Server } from '../harness/server.ts'

const diskBytes = 24 * 1024 * 1024
const filler = 'filler'
/** Attempts to write down what became of a message are up to a minute apart (sending/limits.ts), and so are those to ask a queue that could not be asked. */
const patienceMs = 100_000

for (const killed of [false, true]) {
  const what = killed
    ? 'killed while the disk is full: nothing is lost, and what comes twice is what others had answered since'
    : 'the disk is full while others take the mail: nothing is lost, and nothing comes twice'
  test(what, { skip: SmallDisk.missing }, async (context) => {
    await using disk = await SmallDisk.mount(diskBytes)
    await using sink = await CountingSink.start()
    await using dns = await startNameServer({ 'd.example': { MX: [[10, 'sink.example']] }, 'sink.example': { A: ['127.0.0.1'] } })
    await using server = await Server.start({
      data: path.join(disk.folder, 'data'),
      mailboxes: ['ann@a.example'],
      config: 'hostname = "mx.a.example"',
      tables: `[sending]\nport = ${sink.port}`,
      dns: [dns.address],
      settings: ['connection-limits=off', 'greeting.delay=0', 'reverse-lookup=off', 'greylisting=off', 'spam-level=off', 'sending.first-wait=1s'],
    })
    await server.posthorn(['forward', 'add', 'f@a.example', '--to', 'x@d.example'])
    const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `number-${from + n} x@d.example`)
    const isEmpty = async () => ((await server.run(['queue', 'list', '--json'])).stdout.includes('"recipients": 0,') ? true : undefined)

    for (let n = 0; n < 20; n++) assert.match(await mail(server, 'f@a.example', `number-${n}`), /^250/)
    await eventually('the queue is empty', isEmpty, patienceMs)
    const settled = new Set(sink.texts.keys())
    assert.deepEqual([...settled].sort(), names(0, 20).sort())

    // They are all in hand before the disk is full, and all answered after it is.
    sink.delayMs = 3000
    for (let n = 20; n < 60; n++) assert.match(await mail(server, 'f@a.example', `number-${n}`), /^250/)
    await disk.fill(filler, 0)
    await eventually('there is no room in the log', async () => ((await mail(server, 'ann@a.example', 'more')).startsWith('452') ? true : undefined))
    sink.delayMs = 0
    await eventually('others have taken all', async () => (sink.texts.size === 60 ? true : undefined), patienceMs)
    assert.deepEqual(await isEmpty(), undefined)
    if (killed) {
      await server.stop('SIGKILL')
      await server.start()
      assert.match(await mail(server, 'ann@a.example', 'more'), /^452/)
    }
    await disk.remove(filler)
    await eventually('the queue is empty', isEmpty, patienceMs)

    const twice = [...sink.texts].filter(([, times]) => times > 1)
    context.diagnostic(`${twice.length} of 40 came twice`)
    assert.deepEqual([...sink.texts.keys()].sort(), names(0, 60).sort())
    assert.deepEqual(
      twice.filter(([name, times]) => !killed || times > 2 || settled.has(name)),
      [],
    )
    await eventually('mail is taken again', async () => ((await mail(server, 'ann@a.example', 'more')).startsWith('250') ? true : undefined))
    assert.equal(await server.stop(), 0)
    const { code, stdout } = await server.run(['verify'])
    assert.equal(code, 0, stdout)
  })
}

/** One message; resolves to the answer to it, or to what refused it. */
async function mail(server: Server, to: string, subject: string): Promise<string> {
  using smtp = await SmtpSender.connect(server.port('smtp'))
  for (const line of ['MAIL FROM:<sam@sender.example>', `RCPT TO:<${to}>`, 'DATA']) {
    const answer = await smtp.say(`${line}\r\n`)
    if (!/^[23]/.test(answer)) return answer
  }
  return await smtp.say(`From: sam@sender.example\r\nSubject: ${subject}\r\n\r\nhello\r\n.\r\n`)
}
