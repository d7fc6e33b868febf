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
