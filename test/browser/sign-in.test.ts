import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noBrowser } from './browser.ts'
import { password, people, usePanel } from './panel.ts'

describe('signing in', { skip: noBrowser }, () => {
  const panel = usePanel()

  test('who is not signed in is asked to, and goes on where he wanted to go', async () => {
    await using window = await panel.open()
    const { page } = window
    await window.go('/domains')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.keyboard.type(people.owner)
    await page.keyboard.press('Tab')
    await page.keyboard.type('not the password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Name or password is wrong.' }).waitFor()
    assert.deepEqual(await window.faults('sign-in-refused'), [])
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Domains' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/panel/domains')
  })

  test('fields that were left empty are named', async () => {
    await using window = await panel.open()
    await window.go('/sign-in')
    await window.page.getByRole('button', { name: 'Sign in' }).click()
    await window.page.getByText('Please enter your address.').waitFor()
    await window.page.getByText('Please enter your password.').waitFor()
  })

  test('whose session has ended signs in again and is where he was', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    const link = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'People' })
    await link.waitFor()
    await page.context().clearCookies()
    await link.click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('E-mail address or name').fill(people.owner)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'People' }).waitFor()
  })

  test('who signs out is out, and leaves nothing behind for the next', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await page.getByRole('button', { name: people.owner }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await window.go('/domains')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })

  test('language and scheme are chosen, at once and for good', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    for (const [button, entry] of [
      [people.owner, 'Sprache: Deutsch'],
      [people.owner, 'Dunkel'],
    ] as const) {
      await page.getByRole('button', { name: button }).click()
      await page.getByRole('menuitem', { name: entry }).click()
    }
    await page.getByRole('heading', { name: 'Übersicht' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Übersicht' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
  })
})
