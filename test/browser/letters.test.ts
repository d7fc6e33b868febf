import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { looks, noBrowser } from './browser.ts'
import { usePanel } from './panel.ts'

describe('letters in the panel', { skip: noBrowser }, () => {
  const panel = usePanel()

  test('an operator writes one, sees whom it reaches and how it looks, tries it and sends it', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/letters')
    await page.getByText('No letters yet').waitFor()
    assert.deepEqual(await window.faults('letters-none'), [])
    await page.getByRole('link', { name: 'Write a letter' }).first().click()
    await page.getByRole('textbox', { name: 'Subject' }).nth(1).fill('We move')
    await page.getByRole('button', { name: 'Look at it' }).click()
    // At its field: a text is missing.
    await page.locator('[name="en.text"][aria-invalid=true]').waitFor()
    await page.locator('[name="en.text"]').fill('On Monday, {address}.\n\nYours')
    await page.getByText('One domain').click()
    await page.getByRole('textbox', { name: 'Domain' }).fill('a.example')
    await page.getByText('This is news').click()
    assert.deepEqual(await window.faults('letter-write'), [])
    // Another page meanwhile loses nothing.
    await page.getByRole('link', { name: 'Letters' }).last().click()
    await page.getByRole('link', { name: 'Write a letter' }).first().click()
    await page.getByRole('button', { name: 'Look at it' }).click()
    await page.getByText('2 mailboxes get it.').waitFor()
    await page.getByText('On Monday, ann@a.example.').waitFor()
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1')
    await page.getByText('No more news like this').waitFor()
    assert.deepEqual(await window.faults('letter-look'), [])
    await page.getByRole('textbox', { name: 'Mailbox' }).fill('max@a.example')
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Sent to max@a.example.').waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('dialog').getByText('Send it to 2 mailboxes?').waitFor()
    assert.deepEqual(await window.faults('letter-send'), [])
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('2 of 2').waitFor()
    assert.deepEqual(await window.faults('letter-sent'), [])

    await using phone = await panel.open('operator', looks[3])
    await phone.go('/letters/1')
    await phone.page.getByText('2 von 2').waitFor()
    assert.deepEqual(await phone.faults('letter-sent'), [])
    await phone.go('/letters')
    await phone.page.getByText('We move').waitFor()
    assert.deepEqual(await phone.faults('letters-some'), [])
    await phone.go('/letters/new')
    await phone.page.getByRole('button', { name: 'Ansehen' }).waitFor()
    assert.deepEqual(await phone.faults('letter-write'), [])
  })
})
