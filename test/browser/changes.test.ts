import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { looks, noBrowser } from './browser.ts'
import { usePanel } from './panel.ts'

describe('changes in the panel', { skip: noBrowser }, () => {
  const panel = usePanel({
    seed: async (server) => {
      await server.posthorn(['address', 'set', 'max@a.example', 'spam-level=high'])
      await server.posthorn(['address', 'set', 'max@a.example', 'spam-level=low', 'greylisting=off'])
      await server.posthorn(['plan', 'set', 'standard', '--mailboxes', '50'])
      await server.posthorn(['relay', 'add', 'out1', '--ip', '127.0.0.2', '--hello', 'out1.a.example'])
    },
  })

  test('what was set, and what stood there before, in words', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/changes')
    await page.getByText('Strength of the content filter: Low (was: High)').waitFor()
    await page.getByText('Ask unknown senders to try again: Off (was: not set)').waitFor()
    await page.getByText(/^Mailboxes: 50 \(was: /).waitFor()
    assert.doesNotMatch((await page.locator('table').textContent()) ?? '', /[{}[\]]|spam-level|storageBytes/)
    assert.deepEqual(await window.faults('changes-some'), [])
    await using phone = await panel.open('owner', looks[3])
    await phone.go('/changes')
    await phone.page.getByText('Stärke des Inhaltsfilters: Schwach (vorher: Stark)').waitFor()
    assert.deepEqual(await phone.faults('changes-some'), [])
  })
})
