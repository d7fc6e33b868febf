import assert from 'node:assert/strict'
import test from 'node:test'
import type { Address } from '../mail/address.ts'
import { appleProfile } from './apple.ts'
import { autodiscoverError, autodiscoverResponse, requestedAddress } from './autodiscover.ts'
import type { MailServer, MailSetup } from './servers.ts'
import { clientConfig } from './thunderbird.ts'
import { readXmlText, xmlText } from './xml.ts'

const ann: Address = { localPart: 'ann', domain: 'a.example' }
const host = 'mx.example.org'
const all: readonly MailServer[] = [
  { protocol: 'imap', host, port: 993, security: 'tls' },
  { protocol: 'imap', host, port: 143, security: 'starttls' },
  { protocol: 'pop3', host, port: 995, security: 'tls' },
  { protocol: 'submission', host, port: 465, security: 'tls' },
  { protocol: 'submission', host, port: 587, security: 'starttls' },
]
const setup = (more: Partial<MailSetup> = {}): MailSetup => ({ provider: 'Müller & Söhne', address: ann, servers: all, language: 'en', ...more })
const valuesOf = (xml: string, element: string) => Array.from(xml.matchAll(new RegExp(`<${element}(?: [^>]*)?>([^<]*)<`, 'g')), ([, text]) => text)

test('Thunderbird is told every way, the best first', () => {
  const xml = clientConfig(setup())
  assert.deepEqual(
    Array.from(xml.matchAll(/<(?:in|out)\w+Server type="(\w+)"/g), ([, type]) => type),
    ['imap', 'imap', 'pop3', 'smtp', 'smtp'],
  )
  assert.deepEqual(valuesOf(xml, 'port'), ['993', '143', '995', '465', '587'])
  assert.deepEqual(valuesOf(xml, 'socketType'), ['SSL', 'STARTTLS', 'SSL', 'SSL', 'STARTTLS'])
  assert.deepEqual(new Set(valuesOf(xml, 'username')), new Set(['%EMAILADDRESS%']))
  assert.deepEqual(valuesOf(xml, 'displayName'), ['Müller &amp; Söhne'])
  assert.deepEqual(valuesOf(xml, 'domain'), ['a.example'])
})

test('Thunderbird is told of tokens beside the password, where they are given', () => {
  const origin = 'https://mx.example.org'
  const xml = clientConfig(setup({ tokens: { issuer: origin, authorization: `${origin}/a?x=1&y=2`, token: `${origin}/t`, scopes: 'mail offline_access' } }))
  assert.deepEqual(
    valuesOf(xml, 'authentication'),
    all.flatMap(() => ['password-cleartext', 'OAuth2']),
  )
  assert.deepEqual(valuesOf(xml, 'authURL'), [`${origin}/a?x=1&amp;y=2`])
  assert.deepEqual(valuesOf(xml, 'scope'), ['mail offline_access'])
  assert.match(xml, /<\/emailProvider>\s*<oAuth2>/)
  assert.doesNotMatch(clientConfig(setup()), /OAuth2/i)
})

test('Outlook is told the best way of each protocol, with the name to sign in', () => {
  const xml = autodiscoverResponse(setup({ address: { localPart: 'o’brien', domain: 'a.example' } }))
  assert.deepEqual(valuesOf(xml, 'Type'), ['IMAP', 'POP3', 'SMTP'])
  assert.deepEqual(valuesOf(xml, 'Port'), ['993', '995', '465'])
  assert.deepEqual(new Set(valuesOf(xml, 'LoginName')), new Set(['o’brien@a.example']))
  assert.match(autodiscoverError(0), /<Error Time="00:00:00\.000" Id="0">\s*<ErrorCode>500</)
})

const request = (inner: string) =>
  `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>${inner}<AcceptableResponseSchema>x</AcceptableResponseSchema></Request></Autodiscover>`

for (const [what, body, expected] of [
  ['as Outlook writes it', request('<EMailAddress>ann@a.example</EMailAddress>'), 'ann@a.example'],
  ['with space around', request('<EMailAddress>\r\n  ann@a.example </EMailAddress>'), 'ann@a.example'],
  ['with a prefix and references', request('<o:EMailAddress>o&apos;brien&#64;a.example</o:EMailAddress>'), "o'brien@a.example"],
  ['none', request(''), undefined],
  ['an element in it', request('<EMailAddress><b>ann@a.example</b></EMailAddress>'), undefined],
  ['no XML', 'ann@a.example', undefined],
  ['hostile', `<EMailAddress${' '.repeat(15_000)}`, undefined],
] as const) {
  test(`the address of an Autodiscover request: ${what}`, () => assert.equal(requestedAddress(body), expected))
}

test('an Apple profile has both ways, no password, and the same identity each time', () => {
  const profile = appleProfile(setup({ language: 'de' })) ?? ''
  assert.match(profile, /<key>EmailAccountType<\/key><string>EmailTypeIMAP<\/string>/)
  assert.match(profile, /<key>IncomingMailServerPortNumber<\/key><integer>993<\/integer>/)
  assert.match(profile, /<key>OutgoingMailServerPortNumber<\/key><integer>465<\/integer>/)
  assert.match(profile, /<string>Richtet dieses Postfach bei Müller &amp; Söhne in Mail ein/)
  assert.doesNotMatch(profile, /Password<\/key><string>(?!EmailAuthPassword)/)
  assert.equal(appleProfile(setup({ language: 'de' })), profile)
  const other = appleProfile(setup({ address: { localPart: 'bob', domain: 'a.example' } })) ?? ''
  const uuids = (text: string) => text.match(/<key>PayloadUUID<\/key><string>[\dA-F-]{36}</g) ?? []
  assert.equal(new Set([...uuids(profile), ...uuids(other)]).size, 4)
})

test('without a way to send there is no Apple profile', () => {
  assert.equal(appleProfile(setup({ servers: all.filter(({ protocol }) => protocol !== 'submission') })), undefined)
})

test('POP3 where there is no IMAP', () => {
  assert.match(appleProfile(setup({ servers: all.filter(({ protocol }) => protocol !== 'imap') })) ?? '', /EmailTypePOP/)
})

test('text in XML comes back, and carries nothing that is not text', () => {
  const text = `<a href="x">&'ä😀`
  assert.equal(readXmlText(xmlText(text)), text)
  assert.equal(xmlText('a\u0000\u0008b\tc'), 'ab\tc')
  assert.equal(readXmlText('&#x110000;&#65;&nbsp;&#xe4;'), 'A&nbsp;ä')
})
