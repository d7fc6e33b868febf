import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noBrowser } from './browser.ts'
import { usePanel } from './panel.ts'

describe('questions', { skip: noBrowser }, () => {
  const panel = usePanel({
    seed: async (server) => {
      await server.posthorn(['relay', 'add', 'out1', '--ip', '127.0.0.2', '--hello', 'out1.a.example'])
    },
  })

  test('a relay is withdrawn with a reason, and returned from the message that says so', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/relays/out1')
    await page.getByRole('button', { name: 'Withdraw' }).click()
    const question = page.getByRole('dialog')
    await question.getByRole('textbox', { name: /^Why/ }).fill('its network is rebuilt')
    await question.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByText('out1 is withdrawn.').waitFor()
    assert.equal(await question.count(), 0)
    await page.getByText('Withdrawn by an operator. its network is rebuilt').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Withdraw' }).waitFor()
  })

  test('a relay is changed, and what it was before comes back', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/relays/out1')
    await page.getByRole('button', { name: 'More about out1' }).click()
    await page.getByRole('menuitem', { name: 'Change' }).click()
    const dialog = page.getByRole('dialog')
    assert.deepEqual(await window.faults('relay-change'), [])
    await dialog.getByLabel('Weight').fill('7')
    await dialog.getByText('bulk mail').click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('out1 is changed.').waitFor()
    const shown = async () => JSON.parse(await panel.server.posthorn(['relay', 'show', 'out1', '--json'])) as { weight: number; classes: string[] }
    const changed = await shown()
    assert.equal(changed.weight, 7)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('out1 is changed.').waitFor({ state: 'hidden' })
    const { weight, classes } = await shown()
    assert.notEqual(weight, 7)
    assert.notEqual(classes.includes('bulk'), changed.classes.includes('bulk'))
  })

  test('an operator is added, gets a new password, and goes', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/operators')
    await page.getByRole('button', { name: 'Add an operator' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('zoe')
    await dialog.getByRole('button', { name: 'Add an operator' }).click()
    const password = await dialog.locator('code').textContent()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'More about zoe' }).click()
    await page.getByRole('menuitem', { name: 'New password' }).click()
    await dialog.getByRole('button', { name: 'Make a new password' }).click()
    await dialog.getByText('It is shown this once.').waitFor()
    assert.notEqual(await dialog.locator('code').textContent(), password)
    assert.deepEqual(await window.faults('operator-password'), [])
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'More about zoe' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('zoe was removed.').waitFor()
  })

  test('what is refused says why, and the question stays', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/domains/a.example')
    await page.getByRole('button', { name: 'More', exact: false }).first().click()
    await page.getByRole('menuitem', { name: /Remove/ }).click()
    const question = page.getByRole('dialog')
    await question.getByRole('button', { name: /Remove/ }).click()
    await question.getByText(/a\.example still has addresses/).waitFor()
  })
})
