import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { parseTotpSecret, totpCode } from '../../src/auth/web/totp.ts'
import { looks, noBrowser } from './browser.ts'
import { password, people, usePanel } from './panel.ts'

/** What the app shows so many steps from now. */
function code(secret: string, steps = 0): string {
  return totpCode(parseTotpSecret(secret) ?? new Uint8Array(), Math.floor(Date.now() / 30_000) + steps)
}

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
}

async function enterPassword(page: Page, name: string): Promise<void> {
  await page.getByLabel('E-mail address or name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

describe('sign-in and security', { skip: noBrowser }, () => {
  const panel = usePanel({ byName: true, settings: ['plaintext-login=loopback'] })

  test('an authenticator app is added, asked for, and its recovery codes let one in', async () => {
    await using window = await panel.open('mailbox')
    const { page } = window
    // By the way that password managers take.
    await page.goto(new URL('/.well-known/change-password', page.url()).href)
    await page.getByLabel('New password').first().waitFor()
    await page.getByRole('cell', { name: 'Chrome (Linux)', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Make an app password' }).click()
    await page.getByLabel('For which program?').fill('My phone')
    await page.getByRole('dialog').getByLabel('Your password').fill(password)
    await page.getByRole('dialog').getByRole('button', { name: 'Make an app password' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
    await page.getByRole('cell', { name: 'My phone' }).waitFor()
    await page.getByRole('button', { name: 'Add an app' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).waitFor()
    const secret = (await dialog.locator('code').first().textContent()) ?? ''
    await dialog.getByRole('img', { name: 'QR code with the key' }).waitFor()
    assert.deepEqual(await window.faults('security-add-app'), [])
    await dialog.getByLabel('Name').fill('My phone')
    await dialog.getByLabel('Code that the app shows').fill(code(secret))
    await dialog.getByLabel('Your password').fill('not the password')
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog.getByText('this is not your password').waitFor()
    await dialog.getByLabel('Your password').fill(password)
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    const codes = page.getByRole('dialog', { name: 'Your recovery codes' })
    await codes.waitFor()
    const [recovery = ''] = await codes.locator('code').allTextContents()
    assert.deepEqual(await window.faults('security-codes'), [])
    await codes.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Recovery codes left: 10').waitFor()
    for (const given of [code(secret, 1), recovery]) {
      await signOut(page, people.mailbox)
      await enterPassword(page, people.mailbox)
      await page.getByLabel('Code').fill('000000')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      assert.deepEqual(await window.faults('sign-in-second'), [])
      await page.getByLabel('Code').fill(given)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor()
    }
  })

  test('a passkey is made, and lets one in alone', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    const chromium = await page.context().newCDPSession(page)
    await chromium.send('WebAuthn.enable')
    await chromium.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await window.go('/security')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('My laptop')
    await dialog.getByLabel('Your password').fill(password)
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('dialog', { name: 'Your recovery codes' }).getByRole('button', { name: 'Done' }).click()
    await page.getByRole('cell', { name: 'My laptop' }).waitFor()
    await signOut(page, people.owner)
    await page.getByRole('button', { name: 'With a passkey' }).click()
    await page.getByRole('button', { name: people.owner }).waitFor()
    await signOut(page, people.owner)
    await enterPassword(page, people.owner)
    await page.getByLabel('Code').waitFor()
    await page.getByRole('button', { name: 'With a passkey' }).click()
    await page.getByRole('button', { name: people.owner }).waitFor()
  })

  test('a token is shown once, and removed; other browsers are signed out', async () => {
    await using other = await panel.open('operator', looks[2])
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/security')
    await page.getByLabel('New password').fill('Passwort1')
    await page.getByText('it holds a password that many people choose').waitFor()
    assert.deepEqual(await window.faults('security-weak'), [])
    await page.getByLabel('New password').fill('cranes in the fog')
    await page.getByText('Strength: very good').waitFor()
    await page.getByRole('button', { name: 'Add a token' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('billing')
    await page.getByRole('dialog').getByLabel('Your password').fill(password)
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
    const shown = page.getByRole('dialog', { name: 'Your token' })
    assert.match((await shown.locator('code').textContent()) ?? '', /^posthorn_/)
    assert.deepEqual(await window.faults('security-token'), [])
    await page.keyboard.press('Escape')
    await page
      .getByRole('row', { name: /billing/ })
      .getByRole('button', { name: 'Remove' })
      .click()
    await page.getByText('No program has a token of yours.').waitFor()
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await page.getByText('Signed out.').first().waitFor()
    await other.go('/security')
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })
})
