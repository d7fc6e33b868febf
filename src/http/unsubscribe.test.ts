import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { silent } from '../base/log.ts'
import { formatAddress } from '../mail/address.ts'
import { listen } from '../wire/listen.ts'
import { httpServer } from './server.ts'
import { unsubscribeRoutes } from './unsubscribe.ts'

const by = 'team-unsubscribe+e1-abcdefghijklmnop@a.example'

async function open(context: TestContext): Promise<{ readonly url: string; readonly left: string[] }> {
  const left: string[] = []
  const routes = unsubscribeRoutes({
    async leave(address) {
      if (formatAddress(address) !== by) return false
      left.push(by)
      return true
    },
  })
  const server = await httpServer([routes], { log: silent })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
  })
  return { url: `http://127.0.0.1:${listener.address.port}/unsubscribe/`, left }
}

const form = 'application/x-www-form-urlencoded'
const click = 'List-Unsubscribe=One-Click'
const parts = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'

for (const [what, path, type, body, status] of [
  ['as RFC 8058 has it', encodeURIComponent(by), form, click, 200],
  ['as multipart/form-data', encodeURIComponent(by), 'multipart/form-data; boundary=b', parts, 200],
  ['with a made-up address', encodeURIComponent(by.replace('e1', 'e2')), form, click, 404],
  ['with no address', 'x', form, click, 404],
  ['without the field', encodeURIComponent(by), form, 'x=1', 400],
  ['with something else', encodeURIComponent(by), 'application/json', '{}', 400],
  ['with too much', encodeURIComponent(by), form, `${click}&x=${'x'.repeat(3000)}`, 413],
] as const) {
  test(`leaving a list by one click: ${what}`, async (context) => {
    const { url, left } = await open(context)
    const response = await fetch(url + path, { method: 'POST', headers: { 'content-type': type }, body })
    assert.equal(response.status, status)
    await response.text()
    assert.deepEqual(left, status === 200 ? [by] : [])
  })
}

test('looking at the page leaves nothing, whoever follows the link', async (context) => {
  const { url, left } = await open(context)
  for (const language of ['en', 'de']) {
    const response = await fetch(url + encodeURIComponent(by), { headers: { 'accept-language': language } })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-security-policy') ?? '', /form-action 'self'/)
    const html = await response.text()
    assert.match(html, language === 'de' ? /Verteiler verlassen/ : /Leave the list/)
    assert.ok(!html.includes('a.example'))
  }
  assert.deepEqual(left, [])
})

test('a person whose link is broken reads so in their language', async (context) => {
  const { url } = await open(context)
  const response = await fetch(`${url}x`, { method: 'POST', headers: { 'content-type': form, 'accept-language': 'de' }, body: click })
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
  assert.match(await response.text(), /<html lang="de">.*gehört zu keinem Verteiler hier/s)
})
