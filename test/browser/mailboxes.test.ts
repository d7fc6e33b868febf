import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { looks, noBrowser } from './browser.ts'
import { usePanel } from './panel.ts'

describe('mailboxes in the panel', { skip: noBrowser }, () => {
  const panel = usePanel()

  test('many are made from a table, whose refused lines are listed and saved; the same again does no harm', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/domains/a.example')
    await page.getByRole('link', { name: 'Many at once' }).click()
    const field = page.getByRole('textbox', { name: 'Lines' })
    await field.fill('mail,password\nx@a.example,')
    await page.getByText('There is no column “mail”').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Make mailboxes' }).isDisabled(), true)
    const table = 'address,password,quota\none@a.example,correct horse battery,2G\ntwo@a.example,,lots\nmax@a.example,,\nnobody,,\nthree@b.example,,\n'
    await field.fill(table)
    await page.getByText('Line 2, two@a.example: the quota is not as 500M, 2G or none').waitFor()
    await page.getByText('Line 4, nobody: this is no address').waitFor()
    await page.getByText('4 without a password. 2 not in a.example.').waitFor()
    assert.deepEqual(await window.faults('many-looked-at'), [])
    await page.getByRole('button', { name: 'Make 5 mailboxes' }).click()
    await page.getByText('All lines are done; 3 refused').waitFor()
    await page.getByRole('row', { name: /three@b.example/ }).waitFor()
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save refused lines' }).click()
    const saved = await readFile(await (await saving).path(), 'utf8')
    assert.match(saved, /^"line","address","reason"\n2,"two@a\.example",".+"\n4,"nobody",".+"\n5,"three@b\.example",".+"\n$/)
    assert.deepEqual(await window.faults('many-done'), [])
    assert.match(await panel.server.posthorn(['mailbox', 'list', '--domain', 'a.example']), /one@a\.example/)

    await using phone = await panel.open('owner', looks[3])
    await phone.go('/many-mailboxes')
    await phone.page.getByText('3 abgelehnt').waitFor()
    await phone.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'Postfächer.csv', mimeType: 'text/csv', buffer: Buffer.from(table.replace('two@a.example,,lots', 'zwö@a.example,,'), 'latin1') })
    await phone.page.getByText('Postfächer.csv: 5 Postfächer').waitFor()
    await phone.page.getByText('zwö@a.example').first().waitFor()
    assert.deepEqual(await phone.faults('many-looked-at'), [])
    await phone.page.getByRole('button', { name: '5 Postfächer anlegen' }).click()
    await phone.page.getByText('Schon da, unverändert').waitFor()
    await phone.page.getByText(/Alle Zeilen sind erledigt; abgelehnt/).waitFor()
    assert.deepEqual(await phone.faults('many-done'), [])
  })
  test('one is renamed: its mail stays, the old address leads to it as an alias, and all of that is taken back', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/addresses/max@a.example')
    await page.getByRole('button', { name: 'More about max@a.example' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'New address' }).fill('ann@a.example')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await dialog.getByText(/already a mailbox/).waitFor()
    await dialog.getByRole('textbox', { name: 'New address' }).fill('archive@a.example')
    assert.deepEqual(await window.faults('rename'), [])
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { name: 'archive@a.example' }).waitFor()
    assert.match(await panel.server.posthorn(['address', 'show', 'max@a.example']), /archive@a\.example/)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'max@a.example' }).waitFor()
    assert.match(await panel.server.posthorn(['mailbox', 'list', '--domain', 'a.example']), /max@a\.example/)
  })
})
