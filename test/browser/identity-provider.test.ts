import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { IdentityProvider } from '../harness/identity-provider.ts'
import { noBrowser, pageLooks } from './browser.ts'
import { password, people, usePanel } from './panel.ts'

describe('signing in by a customer’s own service', { skip: noBrowser }, () => {
  const panel = usePanel()
  let provider: IdentityProvider
  before(async () => {
    provider = await IdentityProvider.start({ tls: true })
    provider.addKey('one')
    await panel.server.posthorn(['setting', 'set', 'outside.allow-networks=127.0.0.0/8', `outside.authorities=${provider.certificateFile}`])
  })
  after(async () => await provider[Symbol.asyncDispose]())

  test('an owner sets it up, tests it and switches it on; people come in by it, in both languages', async () => {
    {
      await using window = await panel.open('owner')
      const { page } = window
      await window.go('/people')
      await page.getByRole('link', { name: 'Own sign-in service' }).click()
      await page.getByLabel('What your people call it').fill('Books')
      await page.getByLabel('Its address (issuer)').fill(provider.url)
      await page.getByLabel('Client ID').fill('posthorn')
      await page.getByLabel('Client secret', { exact: true }).fill('wrong')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('button', { name: 'Switch on' }).click()
      await page.getByRole('alert').filter({ hasText: 'it was not switched on' }).waitFor()
      await page.getByLabel('Client secret', { exact: true }).fill('s:cret')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('button', { name: 'Test', exact: true }).click()
      await page.getByText('Everything that can be tried').waitFor()
      assert.deepEqual(await window.faults('sign-in-service'), [])
      await page.getByRole('button', { name: 'Switch on' }).click()
      await page.getByRole('button', { name: 'Switch off' }).waitFor()
    }
    for (const look of pageLooks) {
      await using window = await panel.open(undefined, look)
      const { page } = window
      provider.user = { sub: 'max', email: people.mailbox, email_verified: true }
      await window.go('/domains')
      await page.getByRole('textbox').first().fill(people.mailbox)
      const button = page.getByRole('button', { name: / Books$/ })
      await button.waitFor()
      assert.deepEqual(await window.faults(`sign-in-by-${Object.values(look).join('-')}`), [])
      await button.click()
      // Where they wanted to go, without a code in the address.
      await page.waitForURL(/\/panel\/domains$/)
    }
    await using window = await panel.open()
    const { page } = window
    provider.user = { sub: 'stranger', email: people.stranger, email_verified: true }
    await window.go('/sign-in')
    await page.getByLabel('E-mail address or name').fill('nobody@a.example')
    await page.getByRole('button', { name: 'Sign in with Books' }).click()
    await page.getByText('knows you by a name that cannot sign in here').waitFor()
    await page.getByLabel('E-mail address or name').fill(people.owner)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  })
})
