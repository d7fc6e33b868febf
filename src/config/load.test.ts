import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import type { Config } from './config.ts'
import { loadConfig } from './load.ts'
import { ConfigError } from './problem.ts'

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'posthorn-config-'))
  context.after(() => rmSync(path, { recursive: true }))
  return path
}

function load(context: TestContext, toml: string): Config {
  const file = join(folder(context), 'posthorn.toml')
  writeFileSync(file, toml)
  return loadConfig({ file })
}

test('without a file everything is a default', (context) => {
  const data = folder(context)
  const config = loadConfig({ data })
  assert.equal(config.data, data)
  assert.equal(config.file, undefined)
  assert.deepEqual(config.listen.smtp, [{ host: '127.0.0.1', port: 2525 }])
  assert.deepEqual(config.listen.pop3s, [{ host: '127.0.0.1', port: 2995 }])
  assert.deepEqual(config.listen.submission, [{ host: '127.0.0.1', port: 2587 }])
  assert.deepEqual(config.notServed, [])
  assert.deepEqual(config.database, { engine: 'sqlite' })
  assert.equal(config.tls, undefined)
})

test('a data folder’s own file is found, and the folder stays the data folder', (context) => {
  const data = folder(context)
  writeFileSync(join(data, 'posthorn.toml'), 'hostname = "MX.Bücher.example"')
  const config = loadConfig({ data })
  assert.equal(config.data, data)
  assert.equal(config.hostname, 'mx.xn--bcher-kva.example')
})

test('relative paths count from the file; --data wins', (context) => {
  const base = folder(context)
  const file = join(base, 'a.toml')
  writeFileSync(file, 'data = "mail"\n[tls]\ncertificate = "c.pem"\nkey = "/k.pem"\nclient-ca = "ca.pem"\n[clamav]\nsocket = "clamd.sock"')
  const config = loadConfig({ file })
  assert.equal(config.data, join(base, 'mail'))
  assert.deepEqual(config.tls, { certificate: join(base, 'c.pem'), key: '/k.pem' })
  assert.equal(config.clientCa, join(base, 'ca.pem'))
  assert.equal(config.clamav.socket, join(base, 'clamd.sock'))
  assert.equal(loadConfig({ file, data: '/elsewhere' }).data, '/elsewhere')
})

test('tokens: by introspection, by keys', (context) => {
  assert.deepEqual(
    load(context, '[oauth]\nissuer = "x"\nintrospection = "http://127.0.0.1:8/i"\nclient-id = "p"\nclient-secret = "s"\nclaim = "username"').oauth,
    {
      issuer: 'x',
      audience: undefined,
      claim: 'username',
      source: { kind: 'introspection', url: 'http://127.0.0.1:8/i', clientId: 'p', clientSecret: 's' },
    },
  )
  assert.deepEqual(load(context, '[oauth]\nissuer = "x"\naudience = "mail"\njwks = "https://id.example/keys"').oauth, {
    issuer: 'x',
    audience: 'mail',
    claim: 'email',
    source: { kind: 'jwks', url: 'https://id.example/keys' },
  })
})

test('text, list and off', (context) => {
  const config = load(
    context,
    `
    processes = 1
    [proxy]
    from = ["10.0.0.0/8", "::1"]
    forwarded-from = ["192.0.2.7"]
    [listen]
    smtp = ["0.0.0.0:25", "[::]:25"]
    imap = "off"
    pop3 = ["off"]
    https = "0.0.0.0:443"
    http = "off"
    sieve = "0.0.0.0:4190"
    [database]
    url = "postgres://posthorn@localhost:5432/posthorn"
    [dns]
    servers = ["9.9.9.9", "127.0.0.1:5353", "[::1]:54", "2620:fe::fe"]
    [clamav]
    socket = "127.0.0.1:3310"
    [rspamd]
    url = "http://localhost:11333/"
    [spamassassin]
    socket = "/run/spamd.sock"`,
  )
  assert.deepEqual(config.listen.smtp, [
    { host: '0.0.0.0', port: 25 },
    { host: '::', port: 25 },
  ])
  assert.deepEqual(config.listen.imap, [])
  assert.deepEqual(config.listen.pop3, [])
  assert.deepEqual(config.listen.imaps, [{ host: '127.0.0.1', port: 2993 }])
  assert.deepEqual(config.listen.https, [{ host: '0.0.0.0', port: 443 }])
  assert.deepEqual(config.listen.sieve, [])
  assert.deepEqual(config.notServed, ['sieve'])
  assert.deepEqual(config.proxy, { from: ['10.0.0.0/8', '::1'], forwardedFrom: ['192.0.2.7'] })
  assert.equal(config.database.engine, 'postgresql')
  assert.deepEqual(config.dns.servers, [
    { host: '9.9.9.9', port: 53 },
    { host: '127.0.0.1', port: 5353 },
    { host: '::1', port: 54 },
    { host: '2620:fe::fe', port: 53 },
  ])
  assert.equal(config.clamav.socket, '127.0.0.1:3310')
  assert.equal(config.rspamd.url, 'http://localhost:11333')
  assert.equal(config.spamassassin.socket, '/run/spamd.sock')
})

for (const [name, toml, key, line, message] of [
  ['unknown key', 'hostname = "a.example"\nhostnam = "b"', 'hostnam', 2, /unknown key; did you mean "hostname"/],
  ['unknown key in a table', '[listen]\nsmpt = "127.0.0.1:25"', 'listen.smpt', 2, /did you mean "listen.smtp"/],
  ['right key in the wrong place', 'smtp = "127.0.0.1:25"', 'smtp', 1, /did you mean "listen.smtp"/],
  ['key like no other', '[dns]\n\nqqqqqqqqq = 1', 'dns.qqqqqqqqq', 3, /known here: servers/],
  ['unknown table', '[contents]\nurl = "segments:"', 'contents', 1, /did you mean "content"/],
  ['not a table', 'listen = "127.0.0.1:25"', 'listen', 1, /must be a table: \[listen\]/],
  ['not TOML', 'a = 1\nb =', '', 2, /not valid TOML/],
  ['not text', '\nhostname = 5', 'hostname', 2, /must be text in quotes, such as "mx.example.org"/],
  ['no host name', 'hostname = "no spaces"', 'hostname', 1, /is not a host name; right would be/],
  ['a port only', '[listen]\nsmtp = ":25"', 'listen.smtp', 2, /right would be "127.0.0.1:2525"/],
  ['a number', '[listen]\nsmtp = 25', 'listen.smtp', 2, /must be text or a list/],
  ['port too high', '[listen]\nsmtp = "127.0.0.1:65536"', 'listen.smtp', 2, /not an address to listen on/],
  ['a name to listen on', '[listen]\nsmtp = "mx.example:25"', 'listen.smtp', 2, /not an address to listen on/],
  ['IPv6 without brackets', '[listen]\nsmtp = ":::25"', 'listen.smtp', 2, /"\[::\]:25"/],
  ['wrong for a name that is not served', '[listen]\nhttps = "x"', 'listen.https', 2, /not an address/],
  ['no process', 'processes = 0', 'processes', 1, /must be a whole number from 1 to 64/],
  ['half a process', 'processes = 1.5', 'processes', 1, /must be a whole number from 1 to 64/],
  ['processes as text', 'processes = "2"', 'processes', 1, /must be a whole number from 1 to 64/],
  ['S3', '[content]\nurl = "s3://bucket"', 'content.url', 2, /this version has no S3 engine yet; right for now is "segments:"/],
  ['Redis', '[ephemeral]\nurl = "redis://h"', 'ephemeral.url', 2, /this version has no Redis engine yet; right for now is "local:"/],
  ['misspelt database', '[database]\nurl = "postgers://u:sesame@h/d"', 'database.url', 2, /did you mean "postgres:"/],
  ['network', '[proxy]\nfrom = ["10.0.0.0/33"]', 'proxy.from.0', 2, /is not a network/],
  ['network of proxies', '[proxy]\nforwarded-from = ["all"]', 'proxy.forwarded-from.0', 2, /is not a network/],
  ['not a list', '[proxy]\nfrom = "10.0.0.0/8"', 'proxy.from', 2, /must be a list/],
  ['name server by name', '[dns]\nservers = ["dns.example"]', 'dns.servers.0', 2, /is not a name server/],
  ['tokens of nobody', '[oauth]\njwks = "https://id.example/keys"', 'oauth.issuer', undefined, /is missing: what "iss" says/],
  ['neither way', '[oauth]\nissuer = "x"', 'oauth.introspection', undefined, /give one of/],
  ['both ways', '[oauth]\nissuer = "x"\njwks = "https://a"\nintrospection = "https://a"', 'oauth.introspection', undefined, /give one of/],
  ['tokens for anybody', '[oauth]\nissuer = "x"\njwks = "https://a"', 'oauth.audience', undefined, /is missing: what "aud" must say/],
  ['no secret', '[oauth]\nissuer = "x"\nintrospection = "https://a"\nclient-id = "p"', 'oauth.client-secret', undefined, /needs both/],
  ['tokens in the clear', '[oauth]\njwks = "http://id.example/keys"', 'oauth.jwks', 2, /is not a URL to ask at/],
  ['rspamd with a path', '[rspamd]\nurl = "http://127.0.0.1:11333/checkv2"', 'rspamd.url', 2, /is not where rspamd can be asked; right would be "http:/],
  ['certificate alone', '[tls]\ncertificate = "a.pem"', 'tls.key', undefined, /belong together/],
] as const) {
  test(`wrong: ${name}`, (context) => {
    assert.throws(
      () => load(context, toml),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError)
        const [problem, ...others] = error.problems
        assert.deepEqual(others, [])
        assert.equal(problem?.key, key)
        assert.equal(problem?.line, line)
        assert.match(problem?.text.en ?? '', message)
        assert.notEqual(problem?.text.de, problem?.text.en)
        assert.doesNotMatch(error.message, /sesame/)
        return true
      },
    )
  })
}

test('all problems are told at once, in the order of the file', (context) => {
  assert.throws(
    () => load(context, 'hostname = 1\nprocesses = 65\n[listen]\nimap = "x"\n[dsn]\n'),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError)
      assert.deepEqual(
        error.problems.map((problem) => [problem.line, problem.key]),
        [
          [1, 'hostname'],
          [2, 'processes'],
          [4, 'listen.imap'],
          [5, 'dsn'],
        ],
      )
      assert.match(error.message.split('\n')[0] ?? '', /a?posthorn\.toml:1: hostname: must be text/)
      return true
    },
  )
})

test('a file that is not there', () => {
  assert.throws(() => loadConfig({ file: '/nowhere/posthorn.toml' }), /\/nowhere\/posthorn.toml: cannot be read/)
})
