import assert from 'node:assert/strict'
import test from 'node:test'
import { password, Server } from '../harness/server.ts'
import { WebClient } from '../harness/web.ts'

const ann = 'ann@a.example'

/** A program with a token that the command line made. */
async function program(server: Server, ...args: readonly string[]): Promise<WebClient> {
  const { token } = (await server.json(['token', 'add', ...args])) as { readonly token: string }
  return new WebClient(server, { authorization: `Bearer ${token}` })
}

for (const processes of [1, 2]) {
  test(`a token may do what its owner may, as far as its scopes go (${processes} processes)`, async () => {
    await using server = await Server.start({ processes, mailboxes: [ann, 'bob@a.example'] })
    await server.posthorn(['operator', 'add', 'otto', '--password-stdin'], `${password}\n`)
    await server.posthorn(['person', 'add', ann, '--customer', 'main', '--role', 'owner'])
    const change = { address: ann, values: { greylisting: 'off' } }
    const status = async (client: WebClient) => [
      (await client.call('domain.list', {})).status,
      (await client.call('address.set', change)).status,
      (await client.call('setting.list', {})).status,
      (await client.call('setting.set', { values: { 'session.idle': '1h' } })).status,
    ]
    assert.deepEqual(await status(await program(server, 'all', '--operator', 'otto', '--scope', 'see', '--scope', 'help', '--scope', 'operate')), [
      ...[200, 200, 200, 200],
    ])
    assert.deepEqual(await status(await program(server, 'look', '--operator', 'otto', '--scope', 'read')), [200, 403, 200, 403])
    assert.deepEqual(await status(await program(server, 'see', '--operator', 'otto', '--scope', 'see')), [200, 403, 403, 403])
    // More than its owner may, no token may.
    assert.deepEqual(await status(await program(server, 'all', '--person', ann, '--customer', 'main', '--scope', 'help', '--scope', 'operate')), [
      ...[403, 200, 403, 403],
    ])
    const bob = await program(server, 'phone', '--address', 'bob@a.example', '--scope', 'read', '--scope', 'help')
    assert.deepEqual(await status(bob), [403, 404, 403, 403])
    assert.equal((await bob.call('address.set', { ...change, address: 'bob@a.example' })).status, 200)
    // By a token nobody makes another, or sees what there is.
    assert.equal((await bob.call('token.list', {})).status, 403)
    assert.equal((await bob.call('token.add', { name: 'x', scopes: ['read'] })).status, 403)
    assert.deepEqual(server.complaints(), [])
  })
}

test('a token is good from its networks, to its end, until it is removed or its owner is locked, and is kept nowhere', async () => {
  await using server = await Server.start({ mailboxes: [ann] })
  const works = async (client: WebClient) => (await client.call('address.show', { address: ann })).status
  const of = ['--address', ann, '--scope', 'read']
  const here = await program(server, 'here', ...of, '--network', '127.0.0.1', '--network', '192.0.2.0/24')
  const elsewhere = await program(server, 'elsewhere', ...of, '--network', '192.0.2.0/24')
  const long = await program(server, 'long', ...of, '--expires', '2999-12-31')
  assert.deepEqual([await works(here), await works(elsewhere), await works(long)], [200, 401, 200])
  const [listed] = (await server.json(['token', 'list', '--address', ann])) as readonly Record<string, unknown>[]
  assert.deepEqual([listed?.['name'], listed?.['networks'], listed?.['scopes'], listed?.['expires']], ['elsewhere', ['192.0.2.0/24'], ['read'], null])
  assert.ok(!JSON.stringify(listed).includes('posthorn_'))
  for (const [args, words] of [
    [['HERE', ...of], /already a token/],
    [['x', '--address', ann, '--scope', 'everything'], /is no scope/],
    [['x', ...of, '--network', '10.0.0.0/99'], /is no network/],
    [['x', ...of, '--expires', '2001-01-01'], /is over already/],
    [['x', '--address', 'nobody@a.example', '--scope', 'read'], /no mailbox nobody@a\.example/],
    [['x', '--person', ann, '--customer', 'main', '--scope', 'read'], /no person/],
    [['x', '--operator', 'nobody', '--scope', 'read'], /no operator nobody/],
    [['x', '--scope', 'read'], /say whose/],
    [['x', '--customer', 'main', '--scope', 'read'], /say whose/],
  ] as const) {
    const { code, stderr } = await server.run(['token', 'add', ...args])
    assert.notEqual(code, 0, args.join(' '))
    assert.match(stderr, words)
  }
  for (const authorization of ['Bearer', 'Bearer x', `Bearer posthorn_${'A'.repeat(43)}`, 'Basic eDp5']) {
    assert.equal(await works(new WebClient(server, { authorization })), 401, authorization)
  }
  await server.posthorn(['token', 'remove', 'Here', '--address', ann])
  assert.deepEqual([await works(here), await works(long)], [401, 200])
  await server.posthorn(['mailbox', 'lock', ann, '--reason', 'unpaid'])
  assert.equal(await works(long), 401)
  await server.posthorn(['mailbox', 'unlock', ann])
  assert.equal(await works(long), 200)
  assert.ok(!JSON.stringify(server.log).includes('posthorn_'))
})
