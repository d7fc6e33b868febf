import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { accepted, Door, type Try } from '../../harness/door.ts'
import type { Zone } from '../../harness/name-server.ts'

/** A farm: machines of one sender in three networks; and two customers of a provider that gives strangers names. */
const machines = { '127.10.1.1': 'm1.farm.example', '127.10.2.1': 'm2.farm.example', '127.10.3.1': 'other.example' }
const strangers = { '127.11.1.1': 'a.github.io', '127.11.2.1': 'b.github.io' }

const zone: Zone = {}
for (const [ip, name] of Object.entries({ ...machines, ...strangers })) {
  zone[`ptr:${ip}`] = { PTR: [name] }
  zone[name] = { A: [ip] }
}

const greylisted = (to: string) => `450 4.7.1 <${to}>: Recipient address rejected: You have been greylisted, please try later`

/** Longer than greylisting.delay=2s, which tables round to whole seconds; short enough a time for nobody to come back by accident. */
const afterTheDelay = () => sleep(2600)

describe('greylisting (SPEC A2)', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      zone,
      mailboxes: ['ann@a.example', 'named@a.example'],
      settings: ['greylisting.delay=2s', 'reverse-lookup=off', 'greylisting.trusted-after=0'],
      commands: [
        'address set named@a.example reverse-lookup=on',
        'forward add office@a.example --to ann@a.example',
        'list add team@a.example --to ann@a.example --to named@a.example',
        'address let-through ann@a.example friend@sender.example',
      ],
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  /** Tries in turn, each from its own connection. */
  const replies = async (...tries: readonly Partial<Try>[]): Promise<string[]> => {
    const answers: string[] = []
    for (const mail of tries) answers.push(await door.try({ to: 'ann@a.example', client: '127.12.1.1', ...mail }))
    return answers
  }
  const waits = greylisted('ann@a.example')

  describe('side by side', { concurrency: true }, () => {
    test('the text repeats the recipient; too soon waits again; after the delay it passes, and from then on', async () => {
      const mail = { from: 'first@sender.example' }
      assert.deepEqual(await replies({ ...mail, to: 'Ann@A.Example' }, mail), [greylisted('Ann@a.example'), waits])
      await afterTheDelay()
      assert.deepEqual(await replies(mail, mail), [accepted, accepted])
    })

    test('the key: the network, the domain in lower case, the local part as it is; not the recipient', async () => {
      const mail = { from: 'Key@sender.example' }
      assert.deepEqual(await replies(mail, { from: '' }), [waits, waits])
      await afterTheDelay()
      assert.deepEqual(
        await replies(
          { ...mail, from: 'key@sender.example' },
          { ...mail, client: '127.12.2.1' },
          { from: 'Key@SENDER.Example', client: '127.12.1.200', to: 'office@a.example' },
          { ...mail, to: 'team@a.example' },
          { from: '', client: '127.12.1.9' },
        ),
        [waits, waits, accepted, accepted, accepted],
      )
    })

    test('a verified name stands for its sender farm, not for a provider where strangers have names', async () => {
      const named = { to: 'named@a.example' }
      const farm = { ...named, from: 'news@farm.example' }
      const provider = { ...named, from: 'news@github.io' }
      const wait = greylisted('named@a.example')
      assert.deepEqual(await replies({ ...farm, client: '127.10.1.1' }, { ...provider, client: '127.11.1.1' }), [wait, wait])
      await afterTheDelay()
      assert.deepEqual(await replies({ ...farm, client: '127.10.2.1' }, { ...farm, client: '127.10.3.1' }, { ...provider, client: '127.11.2.1' }), [
        accepted,
        wait,
        wait,
      ])
    })

    test('IPv6: the /64', async () => {
      const mail = { from: 'six@sender.example', client: '::1' }
      assert.deepEqual(await replies(mail), [waits])
      await afterTheDelay()
      assert.deepEqual(await replies(mail), [accepted])
    })

    test('exempt: whom the address lets through or allows; postmaster', async () => {
      const listed = { from: 'friend@sender.example' }
      assert.deepEqual(await replies(listed, { ...listed, to: 'office@a.example' }), [accepted, greylisted('office@a.example')])
      assert.deepEqual(await replies({ to: 'postmaster@a.example' }, { to: 'abuse@a.example' }), [accepted, accepted])
    })

    test('a first recipient that waits does not hold up the next', async () => {
      using smtp = await door.connect({ client: '127.12.3.1' })
      await smtp.mail('friend@sender.example')
      assert.equal(await smtp.rcpt('office@a.example'), greylisted('office@a.example'))
      assert.equal(await smtp.rcpt('ann@a.example'), accepted)
      assert.match(await smtp.data('From: friend@sender.example'), /^250 2\.0\.0 /)
    })
  })

  test('it cannot be switched off for a list, and the CLI says why; for a forward it can', async () => {
    const off = ['address', 'set', 'team@a.example', 'greylisting=off']
    const english = await door.tryCli(off)
    assert.equal(english.code, 1)
    assert.match(english.err, /greylisting cannot be switched off for the distribution list team@a\.example: one message to it costs many mailboxes/)
    assert.match((await door.tryCli(off, { language: 'de' })).err, /greylisting lässt sich für den Verteiler team@a\.example nicht abschalten/)
    await door.cli(['address', 'set', 'office@a.example', 'greylisting=off'])
    assert.deepEqual(await replies({ from: 'now@sender.example', to: 'office@a.example' }), [accepted])
    await door.cli(['domain', 'set', 'a.example', 'greylisting=off'])
    assert.deepEqual(
      await replies({ from: 'later@sender.example' }, { from: 'later@sender.example', to: 'team@a.example' }),
      [accepted, greylisted('team@a.example')],
      'nor by a default',
    )
    assert.match(await door.cli(['address', 'show', 'team@a.example']), /^greylisting +on +locked on for lists$/m)
    await door.cli(['domain', 'set', 'a.example', 'greylisting=inherit'])
  })

  test('a host that passed for several senders is passed at once; its neighbour is not', async () => {
    await door.cli(['setting', 'set', 'greylisting.trusted-after=2'])
    const client = '127.13.1.1'
    const senders = ['one', 'two'].map((name) => ({ from: `${name}@sender.example`, client }))
    assert.deepEqual(await replies(...senders), [waits, waits])
    await afterTheDelay()
    assert.deepEqual(await replies(...senders), [accepted, accepted])
    assert.deepEqual(await replies({ from: 'three@sender.example', client }, { from: 'three@sender.example', client: '127.13.1.2' }), [accepted, waits])
  })

  test('a restart keeps it all, after SIGTERM and after SIGKILL', async () => {
    const known = { from: 'first@sender.example' }
    const waiting = { from: 'waiting@sender.example' }
    assert.deepEqual(await replies(known, waiting), [accepted, waits])
    assert.equal(await door.server.stop(), 0)
    await door.server.start()
    await afterTheDelay()
    assert.deepEqual(await replies(known, waiting), [accepted, accepted])
    const again = { from: 'again@sender.example', client: '127.12.4.1' }
    assert.deepEqual(await replies(again), [waits])
    // Written every 200 ms.
    await sleep(600)
    await door.server.stop('SIGKILL')
    await door.server.start()
    await afterTheDelay()
    assert.deepEqual(await replies(known, waiting, again), [accepted, accepted, accepted])
    assert.deepEqual(await replies({ from: 'four@sender.example', client: '127.13.1.1' }), [accepted], 'trusted hosts too')
  })

  test('and nothing of it was worth a warning', () => {
    assert.deepEqual(door.server.complaints(), [])
  })
})
