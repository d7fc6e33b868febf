import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noBrowser, pageLooks } from './browser.ts'
import { people, usePanel } from './panel.ts'

describe('protection', { skip: noBrowser }, () => {
  const panel = usePanel({
    async seed(server) {
      await server.posthorn(['template', 'add', 'strict', '--customer', 'A', 'spam-level=high', 'greylisting=on'])
      await server.posthorn(['template', 'add', 'from-us', 'spam-level=low'])
      await server.posthorn(['list', 'add', 'all@a.example', '--to', people.owner, '--to', people.mailbox])
      await server.posthorn(['address', 'set', people.mailbox, 'spam-level=off', 'spam-action=mark'])
      await server.posthorn(['domain', 'set', 'a.example', '--template', 'strict'])
      await server.posthorn(['address', 'block', people.mailbox, '.spam.example', '192.0.2.0/24', 'bad@c.example'])
    },
  })
  const own = `/addresses/${people.mailbox}/protection`

  for (const look of pageLooks) {
    test(`its pages are in order: ${Object.values(look).join(' ')}`, async () => {
      await using window = await panel.open('owner', look)
      for (const [name, path] of [
        ['protection-mailbox', own],
        ['protection-list', '/addresses/all@a.example/protection'],
        ['templates', '/templates'],
        ['template', '/templates/strict?customer=a'],
        ['template-everybodys', '/templates/from-us'],
        ['assistant', '/assistant'],
        ['domain-protection', '/domains/a.example/protection'],
        ['customer', '/customers/a'],
      ] as const) {
        await window.go(path)
        await window.page.getByRole('heading', { level: 2 }).first().waitFor()
        assert.deepEqual(await window.faults(name), [], name)
      }
    })
  }

  test('a value says where it comes from, is set with one click, taken back, and inherited again', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go(own)
    await page.getByText('From the template strict').first().waitFor()
    const off = page.getByRole('radio', { name: /^Off/ })
    assert.ok(await off.isChecked())
    await page.getByText('Otherwise: High (From the template strict)').waitFor()
    await page.getByRole('button', { name: /^Strength of the content filter: inherit again/ }).click()
    await page.getByRole('radio', { name: /^High/, checked: true }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await page.getByRole('radio', { name: /^Off/, checked: true }).waitFor()
    const greylisting = page.getByRole('switch', { name: /^Ask unknown senders/ })
    const before = Date.now()
    await page.getByText('Ask unknown senders to try again').click()
    await greylisting.and(page.locator(':not(:checked)')).waitFor()
    assert.ok(Date.now() - before < 2000)
    await page.getByText('Ask unknown senders to try again: saved.').waitFor()
    assert.match(await panel.server.posthorn(['address', 'show', people.mailbox]), /greylisting +off +address/)
  })

  test('of lines that are pasted the good ones are kept, the others named with the reason', async () => {
    await using window = await panel.open('mailbox')
    const { page } = window
    await window.go(own)
    await page.getByRole('tab', { name: 'Blocked (3)' }).click()
    await page.getByLabel(/^Add senders/).fill('# from the old host\nnew@d.example\nnot an entry!\n*.e.example  # with subdomains')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('1 line was left out:').waitFor()
    await page.getByRole('tab', { name: 'Blocked (5)' }).waitFor()
    assert.deepEqual(await window.faults('protection-wrong-entries'), [])
    await page.getByRole('button', { name: 'Remove: new@d.example' }).click()
    await page.getByRole('tab', { name: 'Blocked (4)' }).waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as a file' }).click()
    assert.equal((await saved).suggestedFilename(), `${people.mailbox} block.txt`)
  })

  test('a template says whom a change would reach, reaches them, and the change is taken back', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/templates/strict?customer=a')
    await page.getByRole('button', { name: /Strength of the content filter/ }).click()
    await page.getByRole('option', { name: /^Very high/ }).click()
    await page.getByText('4 addresses get another value.').waitFor()
    await page.getByText('1 address keeps its own.').waitFor()
    assert.deepEqual(await window.faults('template-preview'), [])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The template strict was changed.').waitFor()
    const level = async () => await panel.server.posthorn(['address', 'show', people.owner])
    assert.match(await level(), /spam-level +very-high +template strict/)
    await page.getByRole('link', { name: 'Templates' }).first().click()
    await page
      .getByRole('row', { name: /Template: strict/ })
      .getByRole('button', { name: /^Undo/ })
      .first()
      .click()
    const question = page.getByRole('dialog')
    await question.getByText('4 addresses get another value.').waitFor()
    await question.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('It was undone.').waitFor()
    assert.match(await level(), /spam-level +high +template strict/)
  })

  test('what a domain says holds for its addresses, after a look at whom it reaches; a limit of sending is the operator’s to say', async () => {
    await using window = await panel.open('operator')
    const { page } = window
    await window.go('/domains/a.example/protection')
    await page.getByRole('button', { name: /What happens to viruses/ }).click()
    await page.getByRole('option', { name: 'Throw it away' }).click()
    await page.getByText(/addresses get another value/).waitFor()
    await page.getByRole('button', { name: 'Save' }).first().click()
    await page.getByText('Saved. It holds at once.').waitFor()
    assert.match(await panel.server.posthorn(['address', 'show', people.owner]), /virus-action +discard +domain/)
    await window.go('/plans/standard')
    assert.deepEqual(await window.faults('plan'), [])
    await page.getByRole('button', { name: /Messages in an hour/ }).click()
    await page.getByRole('option', { name: 'A limit of its own' }).click()
    await page.getByRole('textbox', { name: /Messages in an hour/ }).fill('20')
    await page.getByRole('button', { name: 'Save' }).last().click()
    await page.getByText('Saved. It holds at once.').waitFor()
    assert.match(await panel.server.posthorn(['address', 'show', people.mailbox]), /messages-per-hour +20 +plan/)
    await window.go(`/addresses/${people.mailbox}`)
    await page.getByRole('button', { name: /Messages in an hour.*Inherited: 20|Inherited: 20.*Messages in an hour/ }).waitFor()
  })

  test('the assistant gives a setting to many in three steps, says what became of each, and takes it back', async () => {
    await using window = await panel.open('owner')
    const { page } = window
    await window.go('/assistant')
    await page.getByRole('button', { name: /^All kinds/ }).click()
    await page.getByRole('option', { name: 'Mailboxes' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('heading', { name: 'Step 2 of 3: What they get' }).waitFor()
    assert.deepEqual(await window.faults('assistant-what'), [])
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('2 addresses are meant.').waitFor()
    assert.deepEqual(await window.faults('assistant-check'), [])
    await page.getByRole('button', { name: 'Do it for 2 addresses' }).click()
    await page.getByRole('heading', { name: '2 addresses were changed.' }).waitFor()
    await page.getByRole('row', { name: /max@a\.example Off High/ }).waitFor()
    assert.deepEqual(await window.faults('assistant-done'), [])
    await page.getByRole('button', { name: 'Undo' }).first().click()
    await page.getByRole('heading', { name: 'Step 1 of 3: Which addresses' }).waitFor()
    assert.match(await panel.server.posthorn(['address', 'show', people.mailbox]), /spam-level +off +address/)
  })

  test('nobody sees another customer’s templates, edits or addresses', async () => {
    await using window = await panel.open('stranger')
    const { page } = window
    await window.go('/templates')
    await page.getByRole('link', { name: 'from-us' }).waitFor()
    assert.equal(await page.getByText('strict').count(), 0)
    assert.equal(await page.getByText('a.example').count(), 0)
    await window.go('/templates/strict?customer=a')
    await page.getByRole('alert').waitFor()
    await window.go(own)
    await page.getByRole('alert').waitFor()
  })
})
