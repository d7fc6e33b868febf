import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { RemoteMx } from '../../test/harness/remote-mx.ts'
import { type Sending, startSending } from '../../test/harness/sending/start-sending.ts'
import { usualPaceLimits } from '../queue/pace.ts'
import { usualSchedule } from '../queue/schedule.ts'
import { oneRoute, type Routes } from './routes.ts'

const zone = { 'b.example': { MX: [[10, 'mx.b.example']] as const }, 'mx.b.example': { A: ['127.0.0.1'] } }
const minute = 60_000
const hour = 60 * minute

const greeting = `
  S: 220 mx.b.example
  C: EHLO mx.a.example`
const hello = `${greeting}
  S: 250-mx.b.example
  S: 250 PIPELINING`
const envelope = `
  C: MAIL FROM:<*
  C: RCPT TO:<*
  C: DATA
  S: 250 ok
  S: 250 ok
  S: 354 go on`
const took = `${envelope}
  C: <text>
  S: 250 2.0.0 taken`

/** Without the way. */
function shortly({ queue }: Sending): string[] {
  return queue.told.map((text) => text.slice(0, text.indexOf(' | ')))
}

test('one message: its recipients at one destination in one transaction, and the answers written down', async () => {
  await using remote = await RemoteMx.start(`${hello}
    C: MAIL FROM:<ann@a.example>
    C: RCPT TO:<ben@b.example>
    C: RCPT TO:<eve@b.example>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 550 5.1.1 no such user
    S: 354 go on
    C: <text>
    S: 250 2.0.0 taken
    C: QUIT
    S: 221 bye
    S: <close>`)
  await using sending = await startSending(remote.port, zone)
  sending.queue.add(['ben@b.example', 'eve@b.example'])
  assert.deepEqual(await sending.told(2), [
    'ben@b.example delivered 250 2.0.0 taken | default mx.b.example 127.0.0.1 none',
    'eve@b.example failed no-such-mailbox: 550 5.1.1 no such user | default mx.b.example 127.0.0.1 none',
  ])
  assert.deepEqual(remote.texts, ['Subject: Lunch\r\n\r\nhello\r\n'])
  assert.match(sending.queue.reports[0]?.octets.toString() ?? '', /did not reach eve@b\.example: there is no such address/)
  assert.equal(sending.queue.reports[0]?.to, 'ann@a.example')
  await sending.deliverer.stop(1000)
  assert.deepEqual(remote.faults, [])
})

for (const [what, script, expected, connections = 1] of [
  ['greets with 421', 'S: 421 4.7.0 busy', 'waits try-later: 421 4.7.0 busy'],
  ['wants nothing of us', 'S: 554 5.7.1 go away', 'failed refused: 554 5.7.1 go away'],
  ['refuses EHLO and HELO', `${greeting}\nS: 550 no\nC: HELO mx.a.example\nS: 550 no`, 'failed refused: 550 no'],
  ['never greets', 'C: never', 'waits no-answer 4.4.1'],
  ['speaks no SMTP', 'S: 99 hi', 'waits no-answer 4.4.2'],
  ['answers without end', 'S: 220-'.concat('x\nS: 220-'.repeat(200)), 'waits no-answer 4.4.2'],
  ['sends a line without end', `S> ${'x'.repeat(10_000)}`, 'waits no-answer 4.4.1'],
  ['closes after EHLO', `${greeting}\nS: <close>`, 'waits no-answer 4.4.2'],
  ['resets within the envelope', `${hello}\nC: MAIL*\nS: <reset>`, 'waits no-answer 4.4.2'],
  ['says 421 within the envelope', `${hello}\nC: MAIL*\nS: 421 4.3.2 going down`, 'waits try-later: 421 4.3.2 going down'],
  [
    'greylists',
    `${hello}\nC: MAIL*\nC: RCPT*\nC: DATA\nS: 250 ok\nS: 450 4.7.1 greylisted\nS: 503 no\nC: RSET\nS: 250 ok`,
    'waits try-later: 450 4.7.1 greylisted',
  ],
  ['refuses the sender', `${hello}\nC: MAIL*\nC: RCPT*\nC: DATA\nS: 550 5.1.8 no\nS: 503 no\nS: 503 no`, 'failed sender-refused: 550 5.1.8 no'],
  ['refuses the text', envelopeAnd('S: 554 5.6.0 spam'), 'failed spam: 554 5.6.0 spam'],
  ['refuses in the middle of the text and closes', `${hello}${envelope}\nS: 552 5.3.4 too large\nS: <close>`, 'failed too-large: 552 5.3.4 too large'],
  ['takes the text and says nothing', envelopeAnd('C: never'), 'waits no-answer 4.4.1'],
  ['takes the text and closes', envelopeAnd('S: <close>'), 'waits no-answer 4.4.2'],
  ['takes the text and closes behind its answer', envelopeAnd('S: 250 mine\nS: <close>'), 'delivered 250 mine'],
  ['says 250 to DATA', `${hello}\nC: MAIL*\nC: RCPT*\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 250 ok`, 'waits no-answer 4.4.2'],
  [
    'takes half of the recipients',
    `${hello}\nC: MAIL*\nC: RCPT*\nC: DATA\nS: 250 ok\nS: 552 5.2.2 full\nS: 503 no\nC: RSET\nS: 250 ok`,
    'failed mailbox-full: 552 5.2.2 full',
  ],
] as const) {
  test(`a server that ${what}`, async () => {
    await using remote = await RemoteMx.start(script)
    await using sending = await startSending(remote.port, zone)
    sending.queue.add(['ben@b.example'], what.startsWith('refuses in') ? { text: `Subject: x\r\n\r\n${'hello\r\n'.repeat(2_000_000)}` } : {})
    await sending.told(1)
    assert.deepEqual(shortly(sending), [`ben@b.example ${expected}`])
    assert.equal(remote.connections, connections)
    // Not sooner than the schedule has it, and not at all where it is over.
    assert.ok(sending.queue.nextMs().every((atMs) => atMs >= 1.8 * minute))
  })
}

function envelopeAnd(answer: string): string {
  return `${hello}${envelope}\nC: <text>\n${answer}`
}

test('a session is used again, and a new one opened where it broke while it rested', async () => {
  await using remote = await RemoteMx.start(`${hello}${took}${took}\nS: 421 enough\nS: <close>`, `${hello}${took}`)
  await using sending = await startSending(remote.port, zone)
  for (const address of ['1@b.example', '2@b.example', '3@b.example']) {
    const before = sending.queue.told.length
    sending.queue.add([address])
    await sending.told(before + 1)
  }
  assert.deepEqual(
    shortly(sending).map((text) => text.split(' ')[1]),
    ['delivered', 'delivered', 'delivered'],
  )
  assert.equal(remote.connections, 2)
})

test('past what one transaction takes, the others go in the next one at once (RFC 5321 4.5.3.1.10)', async () => {
  await using remote = await RemoteMx.start(`${hello}
    C: MAIL*
    C: RCPT TO:<1@b.example>
    C: RCPT TO:<2@b.example>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 452 4.5.3 too many recipients
    S: 354 go on
    C: <text>
    S: 250 taken
    C: MAIL*
    C: RCPT TO:<2@b.example>
    C: DATA
    S: 250 ok
    S: 250 ok
    S: 354 go on
    C: <text>
    S: 250 taken too`)
  await using sending = await startSending(remote.port, zone)
  sending.queue.add(['1@b.example', '2@b.example'])
  await sending.told(2)
  assert.deepEqual(shortly(sending), ['1@b.example delivered 250 taken', '2@b.example delivered 250 taken too'])
  assert.deepEqual(remote.faults, [])
})

const twoHosts = {
  'b.example': {
    MX: [
      [10, 'mx1.b.example'],
      [20, 'mx2.b.example'],
    ] as const,
  },
  'mx1.b.example': { A: ['127.0.0.1'] },
  'mx2.b.example': { A: ['127.0.0.2'] },
}

for (const [what, script, expected] of [
  ['greets with 421', 'S: 421 busy\nS: <close>', 'delivered'],
  ['greets with 554', 'S: 554 no\nS: <close>', 'delivered'],
  ['breaks within the envelope', `${hello}\nC: MAIL*\nS: <reset>`, 'delivered'],
  ['breaks after the text, when it may have it', envelopeAnd('S: <reset>'), 'waits'],
  ['knows no such user', `${hello}\nC: MAIL*\nC: RCPT*\nC: DATA\nS: 250 ok\nS: 550 5.1.1 no\nS: 503 no\nC: RSET\nS: 250 ok`, 'failed'],
] as const) {
  test(`the first of two hosts ${what}: ${expected}`, async () => {
    await using first = await RemoteMx.start(script)
    await using second = await RemoteMx.startAt({ ip: '127.0.0.2', port: first.port }, `${hello}${took}`)
    await using sending = await startSending(first.port, twoHosts)
    sending.queue.add(['ben@b.example'])
    await sending.told(1)
    assert.equal(shortly(sending)[0]?.split(' ')[1], expected)
    assert.equal(second.connections, expected === 'delivered' ? 1 : 0)
  })
}

for (const [what, records, expected] of [
  ['no such domain', {}, 'failed no-such-domain 5.1.2'],
  ['a null MX', { 'b.example': { MX: [[0, '.']] as const } }, 'failed takes-no-mail 5.1.10'],
  ['a host of our own', { 'b.example': { MX: [[10, 'mx.a.example']] as const }, 'mx.a.example': { A: ['127.0.0.1'] } }, 'failed loop 5.4.6'],
  ['a name server that fails', { 'b.example': { fault: 'servfail' } }, 'waits dns 4.4.3'],
  ['nobody there', { 'b.example': { A: ['127.0.0.9'] } }, 'waits no-answer 4.4.1'],
  ['IPv6 alone, and we have none', { 'b.example': { AAAA: ['::1'] } }, 'failed takes-no-mail 5.4.4'],
] as const) {
  test(`a destination: ${what}`, async () => {
    await using remote = await RemoteMx.start('')
    await using sending = await startSending(remote.port, records)
    sending.queue.add(['ben@b.example'])
    await sending.told(1)
    assert.deepEqual(shortly(sending), [`ben@b.example ${expected}`])
    assert.equal(remote.connections, 0)
  })
}

test('a destination that nobody answers for is tried once for all that waits, and again after a pause', async () => {
  await using remote = await RemoteMx.start('S: <reset>')
  await using sending = await startSending(remote.port, zone)
  for (let n = 0; n < 300; n++) sending.queue.add([`${n}@b.example`])
  await sending.told(300)
  assert.equal(sending.queue.told.length, 300)
  // Two sessions at once at the start.
  assert.ok(remote.connections <= 2)
  assert.ok(sending.queue.nextMs().every((atMs) => atMs >= minute))
})

test('to an address literal', async () => {
  await using remote = await RemoteMx.start(`${hello}${took}`)
  await using sending = await startSending(remote.port, {})
  sending.queue.add(['ben@[127.0.0.1]'])
  assert.deepEqual(await sending.told(1), ['ben@[127.0.0.1] delivered 250 2.0.0 taken | default 127.0.0.1 127.0.0.1 none'])
})

/** Two ways; what was refused because of a listing of one goes by the other. */
function twoRoutes(heard: string[]): Routes {
  return {
    ...oneRoute('mx.a.example'),
    route: ({ listedRelays }) => {
      const relay = listedRelays.has('one') ? 'two' : 'one'
      return { relay, localIp: relay === 'one' ? '127.0.0.1' : '127.0.0.7', helloName: 'mx.a.example' }
    },
    heard(relay, reply, { destination, host }, { listedRelays }) {
      heard.push(`${relay} ${reply.code} ${destination} ${host}`)
      return { listed: true, another: !listedRelays.has('two') }
    },
    carried: (relay, _to, { delivered, listed }) => heard.push(`${relay}: ${delivered} delivered, ${listed} listed`),
  }
}

for (const code of ['550 5.7.1', '450 4.7.1']) {
  test(`"${code} listed": another way at once, and the relay pool hears of it (SPEC D2)`, async () => {
    const listed = `${hello}\nC: MAIL*\nC: RCPT*\nC: DATA\nS: 250 ok\nS: ${code} listed at bl.example\nS: 503 no\nC: RSET\nS: 250 ok`
    await using remote = await RemoteMx.start(listed, `${hello}${took}`)
    const heard: string[] = []
    await using sending = await startSending(remote.port, zone, { routes: twoRoutes(heard) })
    sending.queue.add(['ben@b.example'])
    assert.deepEqual(
      (await sending.told(2)).map((text) => text.replace(/:.*\|/, '|')),
      ['ben@b.example waits listed| one mx.b.example 127.0.0.1 none', 'ben@b.example delivered 250 2.0.0 taken | two mx.b.example 127.0.0.1 none'],
    )
    assert.deepEqual(heard, [`one ${code.slice(0, 3)} b.example mx.b.example`, 'one: 0 delivered, 1 listed', 'two: 1 delivered, 0 listed'])
  })
}

test('nobody may carry it now: it waits, no attempt counted', async () => {
  await using remote = await RemoteMx.start('')
  const routes: Routes = { ...oneRoute('mx.a.example'), route: () => ({ againAtMs: 7 * hour }) }
  await using sending = await startSending(remote.port, zone, { routes })
  sending.queue.add(['ben@b.example'])
  while (sending.queue.taken === 0) await sleep(5)
  await sending.deliverer.stop(0)
  assert.deepEqual([sending.queue.nextMs(), sending.queue.left[0]?.attempts], [[7 * hour], 0])
})

test('senders are told of a delay once, and of the failure when time is over; nobody is told of what came from nobody', async () => {
  await using remote = await RemoteMx.start('S: 450 later\nS: <close>')
  await using sending = await startSending(remote.port, zone)
  sending.queue.add(['ben@b.example'])
  sending.queue.add(['eve@b.example'], { reversePath: '' })
  sending.queue.add([{ address: 'kim@b.example', dsn: { notify: 'never', originalRecipient: undefined } }])
  for (const [nowMs, reports] of [
    [0, 0],
    [5 * hour, 1],
    [10 * hour, 1],
    [121 * hour, 2],
  ] as const) {
    const before = sending.queue.told.length
    sending.clock.nowMs = nowMs
    // Something else for it to look up at.
    sending.queue.add([])
    await sending.told(before + 3)
    assert.equal(sending.queue.reports.length, reports, `after ${nowMs / hour} hours`)
  }
  assert.deepEqual(
    sending.queue.reports.map(({ octets }) => /Action: (\w+)/.exec(octets.toString())?.[1]),
    ['delayed', 'failed'],
  )
  assert.deepEqual(sending.queue.left, [])
})

for (const [requireTls, ret] of [
  [false, 'rfc822'],
  [true, 'rfc822-headers'],
] as const) {
  test(`RET=FULL ${requireTls ? 'of what must not go in the clear returns the header section alone (RFC 8689 5)' : 'returns all of it'}`, async () => {
    await using remote = await RemoteMx.start(hello)
    await using sending = await startSending(remote.port, { 'b.example': {} })
    sending.queue.add(['ben@b.example'], { ret: 'full', requireTls })
    await sending.told(1)
    const [report] = sending.queue.reports
    assert.match(report?.octets.toString() ?? '', new RegExp(`Content-Type: (?:text|message)/${ret}\\r\\n`))
    assert.equal(report?.requireTls, requireTls)
  })
}

for (const [offered, expected] of [
  ['DSN', 'delivered'],
  ['SIZE', 'relayed'],
] as const) {
  test(`who wishes to hear of success, from a server that offers ${offered} (RFC 3461): ${expected}`, async () => {
    await using remote = await RemoteMx.start(`${greeting}\nS: 250-hi\nS: 250-PIPELINING\nS: 250 ${offered}${took}`)
    await using sending = await startSending(remote.port, zone)
    sending.queue.add([{ address: 'ben@b.example', dsn: { notify: ['success'], originalRecipient: undefined } }])
    await sending.told(1)
    assert.deepEqual(shortly(sending), [`ben@b.example ${expected} 250 2.0.0 taken`])
    assert.deepEqual(
      sending.queue.reports.map(({ octets }) => /Action: (\w+)/.exec(octets.toString())?.[1]),
      expected === 'relayed' ? ['relayed'] : [],
    )
    // RFC 3461 6.3 h and i.
    const [report] = sending.queue.reports
    if (report !== undefined) assert.match(report.octets.toString(), /\r\nRemote-MTA: dns; \S+\r\nDiagnostic-Code: smtp; 250 2\.0\.0 taken\r\n/)
  })
}

test('no more sessions than there may be, and every destination gets its turn', async () => {
  await using remote = await RemoteMx.start(`${hello}${took}`)
  const destinations = Array.from({ length: 12 }, (_, n) => `d${n}.example`)
  const many = Object.fromEntries(destinations.map((name, n) => [name, { A: [`127.0.1.${n + 1}`] }]))
  const others = await Promise.all(destinations.map((_, n) => RemoteMx.startAt({ ip: `127.0.1.${n + 1}`, port: remote.port }, `${hello}${took}${took}`)))
  await using sending = await startSending(remote.port, many, {
    settings: () => ({ schedule: usualSchedule, delayNoticeMs: 4 * hour, pace: usualPaceLimits, maxSessions: 2 }),
  })
  for (const name of destinations) sending.queue.add([`ben@${name}`])
  for (const name of destinations) sending.queue.add([`eve@${name}`])
  await sending.told(24)
  assert.equal(sending.queue.told.filter((text) => text.includes('delivered')).length, 24)
  for (const other of others) await other[Symbol.asyncDispose]()
})

test('a stop lets what is under way come to its end, and hands back what is not', async () => {
  await using remote = await RemoteMx.start(`${hello}${envelope}\nC: <text>\nW: 200\nS: 250 taken`)
  await using sending = await startSending(remote.port, zone, {
    settings: () => ({ schedule: usualSchedule, delayNoticeMs: 4 * hour, pace: { ...usualPaceLimits, maxSessions: 1 }, maxSessions: 20 }),
  })
  for (const address of ['1@b.example', '2@b.example', '3@b.example']) sending.queue.add([address])
  while (remote.texts.length === 0) await sleep(5)
  await sending.deliverer.stop(5_000)
  assert.deepEqual(shortly(sending), ['1@b.example delivered 250 taken'])
  assert.deepEqual(sending.queue.nextMs(), [0, 0])
  assert.deepEqual(
    sending.queue.left.map(({ attempts }) => attempts),
    [0, 0],
  )
})
