import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { MailProgram, type Tokens } from '../harness/mail-program.ts'
import { Player } from '../harness/play.ts'
import { noBrowser, pageLooks } from './browser.ts'
import { password, people, usePanel } from './panel.ts'

const words = {
  en: { allow: 'Let it in', takeBack: 'Take access back from Test Mail', gone: 'Test Mail has no access any more.' },
  de: { allow: 'Zugang geben', takeBack: 'Test Mail den Zugang nehmen', gone: 'Test Mail hat keinen Zugang mehr.' },
} as const

describe('letting a program in', { skip: noBrowser }, () => {
  const panel = usePanel({ settings: ['oauth.provider=on'] })
  /** The program's end of it: what the browser comes back with. */
  const back: string[] = []
  const program = createServer((request, response) => {
    if (request.url?.startsWith('/back') === true) back.push(request.url)
    response.end('Thank you')
  })
  before(async () => {
    program.listen(0, '127.0.0.1')
    await once(program, 'listening')
  })
  after(() => program.close())

  for (const look of pageLooks) {
    test(`a program sends the browser, its user signs in and says yes, and takes it back: ${Object.values(look).join(' ')}`, async () => {
      const { server } = panel
      const mail = await MailProgram.register(server)
      const redirect = `http://127.0.0.1:${(program.address() as AddressInfo).port}/back`
      await using window = await panel.open(undefined, look)
      const { page } = window
      const { allow, takeBack, gone } = words[look.language]
      await page.goto(`https://127.0.0.1:${server.port('https')}${mail.question({ redirect_uri: redirect, login_hint: people.mailbox })}`)
      await page.locator('input[autocomplete=username]').fill(people.mailbox)
      await page.locator('input[autocomplete=current-password]').fill(password)
      await page.locator('button[type=submit]').click()
      await page.getByRole('button', { name: allow }).waitFor()
      assert.deepEqual(await window.faults('consent'), [])
      await page.getByRole('button', { name: allow }).click()
      await page.getByText('Thank you').waitFor()
      const code = new URL(back.at(-1) ?? '', redirect).searchParams.get('code') ?? ''
      const { json, text } = await mail.redeem(code, { redirect_uri: redirect })
      const token = (json as Tokens).access_token
      assert.ok(token, text)
      using player = await Player.connect(server.port('imaps'), { tls: true })
      const response = Buffer.from(`n,,\x01auth=Bearer ${token}\x01\x01`).toString('base64')
      await player.play(`S: \\* OK *\nC: a AUTHENTICATE OAUTHBEARER ${response}\nS: a OK *`)

      await window.go('/security')
      await page.getByRole('button', { name: takeBack }).waitFor()
      // The browser has been at the program's, as it should.
      assert.deepEqual(
        (await window.faults('security-grants')).filter((fault) => !fault.startsWith('request to http://127.0.0.1')),
        [],
      )
      await page.getByRole('button', { name: takeBack }).click()
      await page.getByText(gone).waitFor()
      await player.play('S: \\* BYE *\nS: <closed>')
    })
  }
})
