import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { silent } from '../base/log.ts'
import { listen } from '../wire/listen.ts'
import { mailSetupRoutes } from './mail-setup.ts'
import { httpServer } from './server.ts'

async function open(context: TestContext): Promise<string> {
  const routes = mailSetupRoutes({
    provider: () => 'Example',
    origin: () => 'https://mx.example.org',
    servers: () => [
      { protocol: 'imap', host: 'mx.example.org', port: 993, security: 'tls' },
      { protocol: 'submission', host: 'mx.example.org', port: 465, security: 'tls' },
    ],
    isOurs: async (domain) => domain === 'a.example',
    sign: (profile) => Buffer.concat([Buffer.from('signed '), profile]),
    clock: { now: () => 0 },
  })
  const server = await httpServer([routes], { log: silent })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
  })
  return `http://127.0.0.1:${listener.address.port}`
}

const post = (body: string, type = 'text/xml; charset=utf-8') => ({ method: 'POST', headers: { 'content-type': type }, body })
const asks = (address: string) => `<Autodiscover><Request><EMailAddress>${address}</EMailAddress></Request></Autodiscover>`

for (const [what, path, status, type, words] of [
  ['Thunderbird, with an address', '/mail/config-v1.1.xml?emailaddress=ann%40a.example', 200, 'text/xml; charset=utf-8', /<domain>a\.example</],
  ['the well-known place', '/.well-known/autoconfig/mail/config-v1.1.xml?EmailAddress=ann@a.example', 200, 'text/xml; charset=utf-8', /imap/],
  ['another domain', '/mail/config-v1.1.xml?emailaddress=ann@b.example', 404, 'application/problem+json', /no domain/],
  ['no address, no domain of ours', '/mail/config-v1.1.xml', 404, 'application/problem+json', /no domain/],
  ['the parameter twice', '/mail/config-v1.1.xml?emailaddress=a@a.example&emailaddress=b@a.example', 404, 'application/problem+json', /no domain/],
  ['an Apple profile', '/setup/apple.mobileconfig?address=ann@a.example', 200, 'application/x-apple-aspen-config', /^signed <\?xml/],
  ['an Apple profile of nobody', '/setup/apple.mobileconfig', 404, 'application/problem+json', /no domain/],
  [
    'where Autodiscover is',
    '/autodiscover/autodiscover.json?Email=ann@a.example&Protocol=AutodiscoverV1',
    200,
    'application/json; charset=utf-8',
    /"https:\/\/mx\.example\.org\/autodiscover\/autodiscover\.xml"/,
  ],
  ['the same, newer', '/autodiscover/autodiscover.json/v1.0/ann@a.example?Protocol=Autodiscoverv1', 200, 'application/json; charset=utf-8', /Url/],
  ['Exchange itself', '/autodiscover/autodiscover.json?Email=ann@a.example&Protocol=ActiveSync', 400, 'application/json; charset=utf-8', /InvalidProtocol/],
] as const) {
  test(`a mail program asks: ${what}`, async (context) => {
    const response = await fetch(`${await open(context)}${path}`, { headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.8' } })
    assert.deepEqual([response.status, response.headers.get('content-type')], [status, type])
    assert.match(await response.text(), words)
  })
}

for (const path of ['/autodiscover/autodiscover.xml', '/Autodiscover/Autodiscover.xml']) {
  test(`Outlook asks at ${path}`, async (context) => {
    const url = `${await open(context)}${path}`
    assert.match(await (await fetch(url, post(asks('ann@a.example')))).text(), /<LoginName>ann@a\.example</)
    assert.match(await (await fetch(url, post(asks('nobody@b.example')))).text(), /<ErrorCode>500</)
    assert.match(await (await fetch(url, post('not XML at all', 'application/xml'))).text(), /<ErrorCode>500</)
    assert.equal((await fetch(url, post('x'.repeat(20_000)))).status, 413)
    assert.equal((await fetch(url, post('{}', 'application/json'))).status, 200)
  })
}

test('the Apple profile is in the language of who fetches it, and named after the mailbox', async (context) => {
  const url = `${await open(context)}/setup/apple.mobileconfig?address=ann%2Bx@a.example`
  const response = await fetch(url, { headers: { 'accept-language': 'de' } })
  assert.equal(response.headers.get('content-disposition'), 'attachment; filename="ann_x-a.example.mobileconfig"')
  assert.match(await response.text(), /Richtet dieses Postfach/)
  assert.match(await (await fetch(url, { headers: { 'accept-language': 'fr' } })).text(), /Sets up this mailbox/)
})
