import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { looks, noBrowser } from './browser.ts'
import { usePanel } from './panel.ts'

describe('webhooks in the panel', { skip: noBrowser }, () => {
  const panel = usePanel()

  test('an owner adds one, is shown its secret once, sends a test, sees why it does not arrive, and removes it', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/webhooks')
    await page.getByText('No webhooks yet').waitFor()
    assert.deepEqual(await window.faults('webhooks-none'), [])
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    const dialog = page.getByRole('dialog')
    assert.equal(await dialog.getByText('a relay carries no mail').count(), 0)
    await dialog.getByRole('textbox', { name: 'Its address' }).fill('https://ann:secret@127.0.0.1/hook')
    await dialog.getByText('a mailbox is added').click()
    await dialog.getByText('a mailbox is 70 % full').click()
    assert.deepEqual(await window.faults('webhook-add'), [])
    await dialog.getByRole('button', { name: 'Add a webhook' }).click()
    await dialog.getByText('no name and no password').waitFor()
    await dialog.getByRole('textbox', { name: 'Its address' }).fill('https://127.0.0.1/hook')
    await dialog.getByRole('button', { name: 'Add a webhook' }).click()
    await dialog.getByText(/^whsec_/).waitFor()
    assert.deepEqual(await window.faults('webhook-secret'), [])
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Nothing was sent yet').waitFor()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('leads to a network that is not public').waitFor()
    await page.getByText('nothing arrives', { exact: true }).waitFor()
    assert.deepEqual(await window.faults('webhook'), [])

    await using phone = await panel.open('owner', looks[3])
    await phone.go('/webhooks')
    await phone.page.getByRole('link', { name: 'https://127.0.0.1/hook' }).click()
    await phone.page.getByText('Ein Test').first().waitFor()
    assert.deepEqual(await phone.faults('webhook'), [])

    await page.getByRole('button', { name: 'More about Webhooks' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No webhooks yet').waitFor()
  })
})
