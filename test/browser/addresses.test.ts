import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noBrowser } from './browser.ts'
import { password, people, usePanel } from './panel.ts'

describe('domains and addresses', { skip: noBrowser }, () => {
  const panel = usePanel()

  test('an operator adds a domain, which works at once, and takes it back', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/domains')
    await page.getByRole('button', { name: 'Add a domain' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a domain' })
    await dialog.getByRole('textbox', { name: 'Domain' }).fill('not a domain')
    await dialog.getByRole('button', { name: /Customer/ }).click()
    await page.getByRole('option', { name: 'a', exact: true }).click()
    await dialog.getByRole('button', { name: 'Add a domain' }).click()
    await dialog.getByText(/is no domain/).waitFor()
    assert.equal(await dialog.getByRole('textbox', { name: 'Domain' }).getAttribute('aria-invalid'), 'true')
    assert.deepEqual(await window.faults('domain-add'), [])
    await dialog.getByRole('textbox', { name: 'Domain' }).fill('new.example')
    await dialog.getByRole('button', { name: 'Add a domain' }).click()
    await page.getByRole('heading', { name: 'new.example' }).waitFor()
    await page.getByText('No addresses yet').waitFor()
    assert.match(await panel.server.posthorn(['domain', 'list']), /new\.example/)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'Domains' }).waitFor()
    assert.doesNotMatch(await panel.server.posthorn(['domain', 'list']), /new\.example/)
  })

  test('a customer adds a mailbox, is told its password once, and the mailbox can sign in', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/domains/a.example')
    await page.getByRole('button', { name: 'Add an address' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('new')
    await dialog.getByRole('button', { name: 'Add an address' }).click()
    await dialog.getByText('It is shown only now').waitFor()
    const password = (await dialog.locator('code').nth(1).textContent()) ?? ''
    assert.deepEqual(await window.faults('mailbox-added'), [])
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('link', { name: 'new@a.example' }).waitFor()
    await window.signIn('new@a.example', password)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
  })

  test('a list is removed with a click, and brought back with its members by another', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/domains/a.example')
    await page.getByRole('button', { name: 'More about team@a.example' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('link', { name: 'team@a.example' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('link', { name: 'team@a.example' }).click()
    await page.getByRole('link', { name: 'Forwarding' }).click()
    await page.waitForURL('**/forwarding')
    const members = await page.getByRole('textbox', { name: 'Members' }).inputValue()
    assert.deepEqual(members.split('\n').sort(), [people.owner, 'guest@c.example', people.mailbox].sort())
  })

  test('a quota that is none is said to be none, at its field', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/addresses/max@a.example')
    await page.getByRole('button', { name: /How much it holds/ }).click()
    await page.getByRole('option', { name: 'A limit of its own' }).click()
    const quota = page.getByRole('textbox', { name: 'How much it holds: number' })
    await quota.fill('much')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('[aria-invalid=true]').waitFor()
    assert.equal(await quota.getAttribute('aria-invalid'), 'true')
    await quota.fill('2')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('0 B of 2 GB').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('0 B, without a limit').waitFor()
  })

  test('somebody lets their mailbox answer while they are away', async () => {
    await using window = await panel.open('mailbox')
    const { page } = window
    await page.getByRole('link', { name: /Answer while I am away/ }).click()
    await page.getByText('It does not answer.').waitFor()
    await page.getByRole('textbox', { name: 'Answer', exact: true }).fill('I am away until Monday.')
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByText('It answers.').waitFor()
    assert.match(await panel.server.posthorn(['autoresponder', 'show', people.mailbox]), /I am away until Monday\./)
    await page.getByRole('button', { name: 'Switch off' }).click()
    await page.getByText('It does not answer.').waitFor()
    assert.deepEqual(await window.faults('absence-used'), [])
  })

  test('somebody forwards their mail, without being offered what is not theirs to do', async () => {
    await using window = await panel.open('mailbox')
    const { page } = window
    assert.equal(await page.getByRole('link', { name: 'Domains' }).count(), 0)
    await page.getByRole('link', { name: /Forward my mail/ }).click()
    await page.getByRole('textbox', { name: 'Forward to' }).fill('elsewhere@c.example')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Mail is forwarded to 1 address.').waitFor()
    await page.getByRole('link', { name: 'Overview' }).last().click()
    await page.getByText('About this address').waitFor()
    assert.equal(await page.getByText('How much it holds').count(), 0)
  })

  test('an app password is made, shown once and removed', async () => {
    await using window = await panel.open('mailbox')
    const { page } = window
    await window.go('/addresses/max@a.example/app-passwords')
    await page.getByRole('button', { name: 'Make an app password' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'For which program?' }).fill('Phone')
    await dialog.getByLabel('Your password').fill(password)
    assert.deepEqual(await window.faults('app-password-add'), [])
    await dialog.getByRole('button', { name: 'Make an app password' }).click()
    await dialog.getByText('It is shown only now').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('row', { name: /Phone/ }).getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No app passwords yet').waitFor()
  })

  test('another customer’s address is as if it were not there', async () => {
    await using window = await panel.open('stranger')
    for (const path of ['/domains/a.example', '/addresses/ann@a.example']) {
      await window.go(path)
      await window.page.getByRole('alert').waitFor()
    }
    await window.go('/domains')
    await window.page.getByRole('link', { name: 'b.example' }).waitFor()
    assert.deepEqual(await window.page.locator('tbody a').allTextContents(), ['b.example'])
  })
})
