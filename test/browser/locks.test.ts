import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { looks, noBrowser } from './browser.ts'
import { usePanel } from './panel.ts'

describe('locks in the panel', { skip: noBrowser }, () => {
  const panel = usePanel()

  test('an operator locks a mailbox until a day, its owner’s customer sees it, and the end of it', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/locks')
    await page.getByRole('button', { name: 'Lock', exact: true }).click()
    await page.getByLabel('Address').fill('max@a.example')
    await page.getByLabel('Reason').fill('unpaid since May')
    await page.getByLabel('Until').fill('2099-05-01')
    await page.getByText('It is taken').click()
    assert.deepEqual(await window.faults('lock-dialog'), [])
    await page.getByRole('dialog').getByRole('button', { name: 'Lock', exact: true }).click()
    await page.getByText('max@a.example is locked.').waitFor()
    assert.deepEqual(await window.faults('locks-some'), [])

    await using owners = await panel.open('owner', looks[2])
    await owners.go('/locks')
    await owners.page.getByText('unpaid since May').waitFor()
    assert.equal(await owners.page.getByRole('button', { name: 'Lock', exact: true }).count(), 0)
    await using strangers = await panel.open('stranger')
    await strangers.go('/locks')
    await strangers.page.getByText('Nobody is locked').waitFor()

    await page.getByRole('button', { name: 'Lock of max@a.example' }).click()
    await page.getByRole('menuitem', { name: 'End the lock' }).click()
    await page.getByText('The lock of max@a.example has ended.').waitFor()
    await page.getByText('Nobody is locked').waitFor()
  })

  test('what is refused is said at its field', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/locks')
    await page.getByRole('button', { name: 'Lock', exact: true }).click()
    await page.getByLabel('Address').fill('nobody@a.example')
    await page.getByLabel('Reason').fill('x')
    await page.getByRole('dialog').getByRole('button', { name: 'Lock', exact: true }).click()
    await page.getByText('there is no mailbox nobody@a.example').waitFor()
  })
})
