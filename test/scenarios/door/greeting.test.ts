import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Door } from '../../harness/door.ts'
import { Player } from '../../harness/play.ts'
import { eventually } from '../../harness/server.ts'

/** Twice the default, so that a busy machine is not taken for it. */
const delayMs = 1000
const early = 'S: 554 5.5.0 You spoke before the greeting\nS: <closed>'

describe('early talkers (SPEC A9a)', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      mailboxes: ['ann@a.example'],
      settings: [`greeting.delay=${delayMs}ms`, 'greylisting=off', 'reverse-lookup=off'],
      tables: '[proxy]\nfrom = ["127.40.0.0/16"]',
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  /** From connect to the greeting. */
  const waitsMs = async (client: string, proxied?: string): Promise<number> => {
    const startedAt = performance.now()
    using player = await Player.connect(door.server.port('smtp'), { localAddress: client })
    if (proxied !== undefined) player.write(proxyHeader(proxied))
    assert.match((await player.line()) ?? '', /^220 mx\.example\.org /)
    return performance.now() - startedAt
  }
  const proxyHeader = (client: string) => `PROXY TCP4 ${client} 192.0.2.25 4711 25\r\n`
  const waits = async (client: string, proxied?: string) => (await waitsMs(client, proxied)) >= delayMs - 5

  test('who speaks before the greeting is refused, and the journal has it', async () => {
    using player = await Player.connect(door.server.port('smtp'), { localAddress: '127.41.1.1' })
    await player.play(`C: EHLO bot.example\n${early}`)
    await eventually('the journal has it', async () => {
      const { out } = await door.tryCli('journal --json')
      return (JSON.parse(out) as { clientIp: string; reply: string }[]).find(
        ({ clientIp, reply }) => clientIp === '127.41.1.1' && reply.startsWith('554 5.5.0'),
      )
    })
  })

  test('a network that has delivered waits no more, its neighbours do', async () => {
    assert.match(await door.cli('setting get greeting.delay'), /^ {2}default: 500ms$/m)
    assert.equal(await waits('127.41.2.1'), true)
    assert.match(await door.send({ to: 'ann@a.example', client: '127.41.2.1' }), /^250 /)
    assert.equal(await waits('127.41.2.200'), false)
    assert.equal(await waits('127.41.3.1'), true)
    using player = await Player.connect(door.server.port('smtp'), { localAddress: '127.41.2.9' })
    await player.play('C: EHLO quick.example\nS: 220 *\nS: ...\nS: 250 *')
  })

  test('behind a balancer: after the PROXY header, by the address it names', async () => {
    assert.equal(await waits('127.40.1.1', '127.41.2.77'), false)
    assert.equal(await waits('127.40.1.1', '127.41.9.1'), true)
    using player = await Player.connect(door.server.port('smtp'), { localAddress: '127.40.1.1' })
    await player.play(`C: ${proxyHeader('127.41.9.2').trimEnd()}\nC: EHLO bot.example\n${early}`)
    using other = await Player.connect(door.server.port('smtp'), { localAddress: '127.41.9.3' })
    await other.play(`C: ${proxyHeader('127.41.2.1').trimEnd()}\n${early}`)
  })

  test('a restart keeps who delivered; the setting holds from the next connection', async () => {
    assert.equal(await door.server.stop(), 0)
    await door.server.start()
    assert.equal(await waits('127.41.2.1'), false)
    await door.cli('setting set greeting.delay=0')
    assert.equal(await waits('127.41.3.1'), false)
  })
})
