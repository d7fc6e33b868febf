import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noBrowser, pageLooks } from './browser.ts'
import { usePanel } from './panel.ts'

const old = {
  'mx.host.example': { A: ['192.0.2.1'] },
  'mx.old.example': { A: ['203.0.113.7'] },
  'a.example': { MX: [[10, 'mx.old.example']], TXT: ['v=spf1 ip4:203.0.113.7 -all'], ttl: 86_400 },
  '_dmarc.a.example': { TXT: ['v=DMARC1; p=none; rua=mailto:x@reports.test'] },
} as const

describe('DNS in the panel', { skip: noBrowser }, () => {
  const panel = usePanel({ zone: { ...old } })

  for (const look of pageLooks) {
    test(`what is wrong, what to do, what to copy: ${Object.values(look).join(' ')}`, async () => {
      panel.names.zone = { ...old }
      await using window = await panel.open('owner', look)
      const { page } = window
      await window.go('/domains/a.example/dns')
      const word = {
        en: ['Mail for a.example still goes to the old host: mx.old.example.', 'Copy: Value'],
        de: ['Mail für a.example geht noch zum alten Anbieter: mx.old.example.', 'Kopieren: Wert'],
      }[look.language]
      await page.getByText(word[0] ?? '').waitFor()
      assert.deepEqual(await window.faults('dns'), [])
      await page
        .getByRole('button', { name: word[1] ?? '' })
        .first()
        .click()
      assert.equal(await page.evaluate('navigator.clipboard.readText()'), '10 mx.host.example.')

      panel.names.zone = { ...old, 'a.example': { MX: [[10, 'mx.host.example']], TXT: ['v=spf1 a:mx.host.example -all'] } }
      await page.getByRole('button', { name: { en: 'Look again', de: 'Noch einmal prüfen' }[look.language] }).click()
      await page.getByText({ en: 'Mail for a.example comes here.', de: 'Mail für a.example kommt hier an.' }[look.language]).waitFor()
      await window.go('/dns')
      await page.getByRole('link', { name: 'a.example' }).waitFor()
      assert.deepEqual(await window.faults('dns-states'), [])
    })
  }

  test('a domain is added once a record shows whose it is; until then the dialog says which, and why', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/domains')
    await page.getByRole('button', { name: 'Add a domain' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Domain' }).fill('new.example')
    await dialog.getByRole('button', { name: 'Add a domain' }).click()
    await dialog.getByText('a sign that new.example is yours').waitFor()
    await dialog.getByRole('button', { name: 'Copy: Value' }).click()
    const record = await page.evaluate<string>('navigator.clipboard.readText()')
    assert.match(record, /^posthorn-domain=/)
    const again = dialog.getByRole('button', { name: 'Look again and add it' })
    await again.click()
    await dialog.getByText('It is not there yet').waitFor()
    assert.deepEqual(await window.faults('domain-proof'), [])
    panel.names.zone = { ...old, '_posthorn.new.example': { TXT: [record] } }
    await again.click()
    await page.getByRole('heading', { name: 'new.example' }).waitFor()
  })

  test('another customer’s domain is as if it were not there', async () => {
    await using window = await panel.open('stranger')
    await window.go('/domains/a.example/dns')
    await window.page.getByText('there is no domain a.example').waitFor()
    await window.go('/dns')
    await window.page.getByRole('link', { name: 'b.example' }).waitFor()
    assert.equal(await window.page.getByText('a.example').count(), 0)
  })
})
