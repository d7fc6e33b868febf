import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SmtpClient } from '../harness/door.ts'
import { Player } from '../harness/play.ts'
import { looks, noBrowser, pageLooks } from './browser.ts'
import { people, usePanel } from './panel.ts'

/** The promise: who has never read a manual finds out why a mail did not come, and changes it for good. */
const minuteMs = 60_000

describe('the first minute', { skip: noBrowser }, () => {
  const panel = usePanel({ settings: ['greeting.delay=0', 'connection-limits=off', 'dmarc=score', 'greylisting.trusted-after=0', 'reverse-lookup=off'] })

  /** A message over real SMTP; resolves to the answer to RCPT where it is refused there, else to that to the message. */
  async function send(from: string, to: string): Promise<string> {
    using smtp = new SmtpClient(await Player.connect(panel.server.port('smtp'), { host: '127.0.0.1' }))
    await smtp.reply()
    await smtp.say('EHLO client.example')
    await smtp.mail(from)
    const answer = await smtp.rcpt(to)
    return answer.startsWith('250') ? await smtp.data(`From: <${from}>`) : answer
  }

  test('a mailbox user finds out why a mail has not come yet, and lets its sender through', async () => {
    const from = 'news@bakery.example'
    assert.match(await send(from, people.mailbox), /^450 /)
    const beganMs = performance.now()
    await using window = await panel.open('mailbox')
    const { page } = window
    await page.getByRole('link', { name: 'Journal' }).click()
    await page.getByRole('link', { name: from }).click()
    await page.getByRole('heading', { name: 'The message was not taken yet; the sending server was asked to come again.' }).waitFor()
    await page.getByText('Nobody here had mail from this sender by this way yet', { exact: false }).waitFor()
    assert.deepEqual(await window.faults('journal-greylisted'), [])
    await page.getByRole('button', { name: 'Let through now and always' }).click()
    await page.getByText(`${from} is let through to ${people.mailbox} from now on.`, { exact: false }).waitFor()
    const tookMs = performance.now() - beganMs
    assert.match(await send(from, people.mailbox), /^250 /)
    assert.ok(tookMs < minuteMs, `it took ${Math.round(tookMs)} ms`)
    await page.reload()
    await page.getByRole('link', { name: 'Delivered.' }).waitFor()
    assert.deepEqual(await window.faults('journal-let-through'), [])
    assert.match(await send('else@bakery.example', people.mailbox), /^450 /)
  })

  test('auf Deutsch, am Telefon, als Kunde: eine Sperre wird gefunden, aufgehoben und wiederhergestellt', async () => {
    const from = 'chef@bakery.example'
    await panel.server.posthorn(['address', 'block', people.mailbox, 'bakery.example'])
    await panel.server.posthorn(['address', 'set', people.mailbox, 'greylisting=off'])
    assert.match(await send(from, people.mailbox), /^550 /)
    const beganMs = performance.now()
    await using window = await panel.open('owner', looks[3])
    const { page } = window
    await window.go('/journal')
    await page.getByRole('searchbox').fill('chef')
    await page.getByRole('button', { name: 'Abgewiesen' }).click()
    assert.deepEqual(await window.faults('journal-search'), [])
    await page.getByRole('link', { name: from }).click()
    await page.getByText('Jemand hat diesen Absender auf die Sperrliste der Adresse gesetzt (Eintrag: bakery.example).').waitFor()
    await page.getByRole('button', { name: 'Von der Sperrliste nehmen' }).click()
    await page.getByText('bakery.example steht nicht mehr auf der Sperrliste', { exact: false }).waitFor()
    const tookMs = performance.now() - beganMs
    assert.match(await send(from, people.mailbox), /^250 /)
    assert.ok(tookMs < minuteMs, `es dauerte ${Math.round(tookMs)} ms`)
    assert.deepEqual(await window.faults('journal-unblocked'), [])
    await page.getByRole('button', { name: 'Zurücknehmen' }).click()
    await page.getByText('bakery.example steht wieder auf der Sperrliste', { exact: false }).waitFor()
    assert.match(await send(from, people.mailbox), /^550 /)
  })

  for (const look of pageLooks) {
    test(`journal and statistics: ${Object.values(look).join(' ')}`, async () => {
      await using window = await panel.open('owner', look)
      for (const [name, path] of [
        ['journal', '/journal'],
        ['statistics', '/statistics?span=day'],
      ] as const) {
        await window.go(path)
        await window.page.getByRole('heading', { level: 1 }).first().waitFor()
        await window.page.getByText('max@a.example').or(window.page.getByRole('figure').first()).first().waitFor()
        assert.deepEqual(await window.faults(name), [], name)
      }
    })
  }

  test('an operator sees the relays, and a stranger nothing of others', async () => {
    await using operator = await panel.open('operator', looks[1])
    await operator.go('/statistics?span=week')
    await operator.page.getByRole('table', { name: 'Relays heute' }).waitFor()
    assert.deepEqual(await operator.faults('statistics-operator'), [])
    await using stranger = await panel.open('stranger')
    await stranger.go('/journal')
    await stranger.page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    assert.deepEqual(await stranger.faults('journal-empty'), [])
  })
})
