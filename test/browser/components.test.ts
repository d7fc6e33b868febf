import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { bundleWeb } from '../../scripts/build/web.ts'
import { silent } from '../../src/base/log.ts'
import { httpServer } from '../../src/http/server.ts'
import { webRoutes } from '../../src/http/web.ts'
import { listen } from '../../src/wire/listen.ts'
import { eventually } from '../harness/server.ts'
import { looks, noBrowser, openBrowser, Window } from './browser.ts'

/** The components of web/ui in their gallery (web/gallery), under the policy of the real pages. */
describe('components', { skip: noBrowser }, () => {
  const stack = new AsyncDisposableStack()
  let browser: Browser
  let origin = ''
  before(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gallery-'))
    stack.defer(async () => await rm(folder, { recursive: true }))
    await bundleWeb(path.join(import.meta.dirname, '../../web/gallery'), folder)
    const server = await httpServer([webRoutes(folder)], { log: silent })
    stack.defer(async () => await server.close())
    const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
    stack.defer(async () => await listener.close())
    origin = `http://127.0.0.1:${listener.address.port}`
    browser = stack.use(await openBrowser())
  })
  after(async () => await stack.disposeAsync())

  const open = async (look = looks[0]) => {
    assert.ok(look !== undefined)
    const window = await Window.open(browser, origin, look)
    await window.go('/')
    await window.page.getByRole('heading', { level: 1 }).waitFor()
    return window
  }

  for (const look of looks) {
    test(`nothing is wrong with any of them: ${Object.values(look).join(' ')}`, async () => {
      await using window = await open(look)
      assert.deepEqual(await window.faults('gallery'), [])
    })
  }

  test('a menu opens by the keyboard, and its entry asks before it acts', async () => {
    await using window = await open()
    const { page } = window
    await page.getByRole('button', { name: 'More', exact: true }).focus()
    await page.keyboard.press('ArrowDown')
    assert.deepEqual(await window.faults('gallery-menu'), [])
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Remove it?' }).waitFor()
    assert.deepEqual(await window.faults('gallery-question'), [])
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Cancel', 'what cannot be undone is not what Enter does')
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Done: removed').waitFor()
  })

  test('Escape closes a dialog, and the focus goes back to where it was', async () => {
    await using window = await open()
    const { page } = window
    await page.getByRole('button', { name: 'Dialog' }).click()
    await page.getByRole('dialog', { name: 'A dialog' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Dialog')
  })

  test('what was done can be taken back where it is said', async () => {
    await using window = await open()
    const { page } = window
    await page.getByRole('button', { name: 'Toast' }).click()
    assert.deepEqual(await window.faults('gallery-toast'), [])
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Done: undone').waitFor()
    await page.getByText('It was done.').waitFor({ state: 'detached' })
  })

  test('a button that is at work does nothing again', async () => {
    await using window = await open()
    await window.page.getByRole('button', { name: 'Pending' }).click()
    assert.equal(await window.page.getByText('Done: pending').count(), 0)
  })

  test('what the server finds wrong stands at its field, anything else above the buttons', async () => {
    await using window = await open()
    const { page } = window
    await page.getByRole('button', { name: 'Save' }).click()
    const quota = page.getByRole('textbox', { name: /^Quota/ })
    assert.equal(await quota.getAttribute('aria-invalid'), 'true')
    const described = (await quota.getAttribute('aria-describedby')) ?? ''
    const words = await page.evaluate(`${JSON.stringify(described)}.split(' ').map((id) => document.getElementById(id)?.textContent).join(' ')`)
    assert.match(String(words), /That is no size; 4G would be one\./)
    await quota.fill('4G')
    assert.equal(await quota.getAttribute('aria-invalid'), null, 'it is gone when something else is typed')
    await page.getByRole('button', { name: 'Refuse' }).click()
    await page.getByRole('alert').filter({ hasText: 'It is there already.' }).waitFor()
  })

  test('a table of 10,000 rows draws those in sight, goes from row to row by the keys, and tells how many there are', async () => {
    await using window = await open()
    const { page } = window
    const table = page.getByRole('table', { name: 'People' })
    assert.equal(await table.getAttribute('aria-rowcount'), '10001')
    assert.ok((await table.locator('tbody tr').count()) < 100)
    await table.getByRole('link', { name: 'person-0@a.example' }).focus()
    await page.keyboard.press('ArrowDown')
    await focused(page, 'person-1@a.example')
    await page.keyboard.press('End')
    await focused(page, 'person-9999@a.example')
    assert.equal(await page.evaluate("document.activeElement.closest('tr').getAttribute('aria-rowindex')"), '10001')
    assert.deepEqual(await window.faults('gallery-table'), [])
  })

  test('a table is searched, put in order and chosen from', async () => {
    await using window = await open()
    const { page } = window
    const table = page.getByRole('table', { name: 'People' })
    await page.getByRole('searchbox', { name: 'Search people' }).fill('PERSON-99 9@')
    await page.getByText('12 of 10,000 entries').waitFor()
    await table.getByRole('checkbox', { name: 'Choose all' }).check()
    await page.getByText('12 chosen').waitFor()
    await table.getByRole('button', { name: 'Messages' }).click()
    assert.equal(await table.getByRole('columnheader', { name: 'Messages' }).getAttribute('aria-sort'), 'ascending')
    const numbers = await table.locator('tbody td:nth-child(3)').allTextContents()
    assert.deepEqual(
      numbers.map(Number),
      numbers.map(Number).toSorted((a, b) => a - b),
    )
    await page.getByRole('searchbox').press('Escape')
    await page.getByText('10,000 entries').waitFor()
  })
})

/** The page's own way of waiting is forbidden by its policy. */
async function focused(page: Page, text: string): Promise<void> {
  await eventually(`${text} has the focus`, async () => (await page.evaluate('document.activeElement.textContent')) === text || undefined)
}
