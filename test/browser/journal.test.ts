import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { SmtpClient } from '../harness/door.ts'
import { Player } from '../harness/play.ts'
import { looks, noBrowser, pageLooks } from './browser.ts'
import { Hand } from './hand.ts'
import { people, usePanel } from './panel.ts'

/** The promise: who has never read a manual finds out why a mail did not come, and changes it for good. */
const minute = 60
const mostClicks = 5

function tell(context: TestContext, hand: Hand): void {
  context.diagnostic(`${hand.clicks} clicks, ${hand.keys} keys, ${hand.seconds.toFixed(1)} s`)
  assert.ok(hand.seconds < minute && hand.clicks <= mostClicks, `it took ${hand.clicks} clicks and ${hand.seconds} s`)
}

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

  test('a mailbox user sees on the first page what has not come, why, and lets its sender through', async (context) => {
    const from = 'news@bakery.example'
    assert.match(await send(from, people.mailbox), /^450 /)
    await using window = await panel.open('mailbox')
    const { page } = window
    await page.getByRole('link', { name: from }).waitFor()
    assert.deepEqual(await window.faults('home-recent'), [])
    const hand = new Hand()
    await hand.click(page.getByRole('link', { name: from }))
    await hand.waitFor(page.getByText('Nobody here had mail from this sender by this way yet', { exact: false }))
    assert.deepEqual(await window.faults('journal-greylisted'), [])
    await hand.click(page.getByRole('button', { name: 'Let through now and always' }))
    await hand.waitFor(page.getByText(`${from} is let through to ${people.mailbox} from now on.`, { exact: false }))
    tell(context, hand)
    assert.match(await send(from, people.mailbox), /^250 /)
    await page.reload()
    await page.getByRole('link', { name: 'Delivered.' }).waitFor()
    assert.deepEqual(await window.faults('journal-let-through'), [])
    assert.match(await send('else@bakery.example', people.mailbox), /^450 /)
  })

  test('auf Deutsch, am Telefon, als Kunde: eine Sperre wird gefunden, aufgehoben und wiederhergestellt', async (context) => {
    const from = 'chef@bakery.example'
    await panel.server.posthorn(['address', 'block', people.mailbox, 'bakery.example'])
    await panel.server.posthorn(['address', 'set', people.mailbox, 'greylisting=off'])
    assert.match(await send(from, people.mailbox), /^550 /)
    await using window = await panel.open('owner', looks[3])
    const { page } = window
    await page.getByRole('link', { name: 'Warum kam eine Mail nicht an?' }).waitFor()
    const hand = new Hand()
    await hand.click(page.getByRole('link', { name: 'Warum kam eine Mail nicht an?' }))
    await hand.type(page.getByRole('searchbox'), 'chef')
    await hand.click(page.getByRole('button', { name: 'Abgewiesen' }))
    await hand.click(page.getByRole('link', { name: from }))
    await hand.waitFor(page.getByText('Jemand hat diesen Absender auf die Sperrliste der Adresse gesetzt (Eintrag: bakery.example).'))
    await hand.click(page.getByRole('button', { name: 'Von der Sperrliste nehmen' }))
    await hand.waitFor(page.getByText('bakery.example steht nicht mehr auf der Sperrliste', { exact: false }))
    tell(context, hand)
    assert.match(await send(from, people.mailbox), /^250 /)
    assert.deepEqual(await window.faults('journal-unblocked'), [])
    await page.getByRole('button', { name: 'Zurücknehmen' }).click()
    await page.getByText('bakery.example steht wieder auf der Sperrliste', { exact: false }).waitFor()
    assert.match(await send(from, people.mailbox), /^550 /)
    // Back to what was looked for.
    await page.getByRole('navigation', { name: 'Journal' }).getByRole('link', { name: 'Journal' }).click()
    await page.waitForURL((url) => url.searchParams.get('text') === 'chef' && url.searchParams.get('result') === 'refused')
    assert.deepEqual(await window.faults('journal-search'), [])
  })

  test('from a figure and from an address to its messages and back; what nobody tried to bring is said to be so', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/statistics?span=day')
    await page.getByRole('link', { name: 'Lists of the address' }).click()
    await page.getByRole('list', { name: 'Shown is only' }).getByText('because: Lists of the address').waitFor()
    await page.getByRole('link', { name: 'chef@bakery.example' }).first().waitFor()
    assert.equal(await page.getByRole('link', { name: 'news@bakery.example' }).count(), 0)
    assert.deepEqual(await window.faults('journal-narrowed'), [])
    await window.go(`/addresses/${people.mailbox}`)
    await page.getByRole('navigation', { name: 'Pages of this address' }).getByRole('link', { name: 'Journal' }).click()
    await page.getByRole('button', { name: 'Refused' }).click()
    await page.waitForURL((url) => url.searchParams.get('result') === 'refused')
    await page.getByRole('link', { name: 'chef@bakery.example' }).first().click()
    await page.getByRole('link', { name: `Journal of ${people.mailbox}` }).click()
    await page.waitForURL((url) => url.pathname.endsWith(`/addresses/${people.mailbox}/journal`) && url.searchParams.get('result') === 'refused')
    assert.deepEqual(await window.faults('address-journal'), [])
    await page.getByRole('button', { name: 'All' }).click()
    await page.getByText('Search more precisely').click()
    await page.getByRole('textbox', { name: 'Number of the message' }).fill('<never@bakery.example>')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    await page.getByText('nobody has tried to bring such a message to this server', { exact: false }).waitFor()
    assert.deepEqual(await window.faults('journal-nothing'), [])
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.getByRole('link', { name: 'chef@bakery.example' }).first().waitFor()
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
    await stranger.page.getByRole('heading', { name: 'Nothing yet' }).waitFor()
    assert.deepEqual(await stranger.faults('journal-empty'), [])
  })
})
