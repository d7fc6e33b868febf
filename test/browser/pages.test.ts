import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noBrowser, pageLooks } from './browser.ts'
import { type Somebody, usePanel } from './panel.ts'

/** Every page, and who looks at it. */
const pages: readonly (readonly [name: string, path: string, by: Somebody | undefined])[] = [
  ['sign-in', '/sign-in', undefined],
  ['home-operator', '/', 'operator'],
  ['home-owner', '/', 'owner'],
  ['home-mailbox', '/', 'mailbox'],
  ['domains-operator', '/domains', 'operator'],
  ['domains-owner', '/domains', 'owner'],
  ['locks-operator', '/locks', 'operator'],
  ['locks-owner', '/locks', 'owner'],
  ['webhooks-operator', '/webhooks', 'operator'],
  ['security-operator', '/security', 'operator'],
  ['security-mailbox', '/security', 'mailbox'],
  ['changes-operator', '/changes', 'operator'],
  ['changes-owner', '/changes', 'owner'],
  ['domain', '/domains/a.example', 'owner'],
  ['many-mailboxes', '/many-mailboxes?domain=a.example', 'owner'],
  ['address', '/addresses/ann@a.example', 'owner'],
  ['queue', '/queue', 'operator'],
  ['queue-destination', '/queue/far.example', 'operator'],
  ['relays', '/relays', 'operator'],
  ['relay', '/relays/out1', 'operator'],
  ['address-list', '/addresses/team@a.example/forwarding', 'owner'],
  ['address-forwarding', '/addresses/max@a.example/forwarding', 'owner'],
  ['address-absence', '/addresses/max@a.example/absence', 'owner'],
  ['address-app-passwords', '/addresses/max@a.example/app-passwords', 'owner'],
  ['address-programs', '/addresses/max@a.example/programs', 'owner'],
  ['address-own', '/addresses/max@a.example', 'mailbox'],
  ['address-programs-own', '/addresses/max@a.example/programs', 'mailbox'],
  ['people', '/people', 'owner'],
  ['sign-in-service', '/sign-in-service', 'owner'],
  ['customers', '/customers', 'operator'],
  ['people-operator', '/people', 'operator'],
  ['plans', '/plans', 'operator'],
  ['health', '/health', 'operator'],
  ['abuse', '/abuse', 'operator'],
  ['operators', '/operators', 'operator'],
  ['settings', '/settings', 'operator'],
  ['settings-protection', '/settings/protection', 'operator'],
  ['nothing', '/no/such/page', 'owner'],
]

describe('pages', { skip: noBrowser }, () => {
  const panel = usePanel({
    seed: async (server) => {
      await server.posthorn(['relay', 'add', 'out1', '--ip', '127.0.0.2', '--hello', 'out1.a.example'])
      await server.posthorn(['queue', 'hold', '--destination', 'far.example', '--reason', 'its server is in trouble'])
    },
  })
  for (const by of new Set(pages.map(([, , by]) => by))) {
    for (const look of pageLooks) {
      test(`of ${by ?? 'anybody'}: ${Object.values(look).join(' ')}`, async () => {
        await using window = await panel.open(by, look)
        for (const [name, path, whose] of pages) {
          if (whose !== by) continue
          await window.go(path)
          await window.page.getByRole('heading', { level: 1 }).first().waitFor()
          assert.deepEqual(await window.faults(name), [], name)
          assert.equal(await window.page.locator('html').getAttribute('lang'), look.language)
        }
      })
    }
  }
})
