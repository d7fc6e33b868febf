import assert from 'node:assert/strict'
import test from 'node:test'
import { password, Server } from '../harness/server.ts'
import { WebClient } from '../harness/web.ts'

for (const processes of [1, 2]) {
  test(`the API does over TLS what the command line does, with ${processes} processes`, async () => {
    await using server = await Server.start({ processes, mailboxes: ['ann@a.example'] })
    await server.posthorn(['operator', 'add', 'otto', '--password-stdin'], `${password}\n`)
    const otto = await WebClient.signIn(server, 'otto', password)

    const added = await otto.call('mailbox.add', { address: 'bob@a.example', quota: '1G' })
    const { password: made, ...mailbox } = added.json as { readonly password: string; readonly accountId: number; readonly address: string }
    assert.deepEqual([added.status, mailbox.address], [200, 'bob@a.example'])
    await WebClient.signIn(server, 'bob@a.example', made)
    assert.match(await server.posthorn(['mailbox', 'list']), /bob@a\.example/)

    const twice = await otto.call('mailbox.add', { address: 'bob@a.example' }, { 'accept-language': 'de' })
    assert.equal(twice.status, 409)
    assert.deepEqual(twice.json, {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'Das Postfach bob@a.example ist schon da',
      errors: [{ pointer: '#/address', detail: 'Das Postfach bob@a.example ist schon da' }],
    })
    const changed = await otto.call('address.set', { address: 'bob@a.example', values: { greylisting: 'off', 'spam-level': 'high' } })
    assert.deepEqual((changed.json as { readonly values: unknown }).values, { greylisting: 'off', 'spam-level': 'high' })
    for (const { json } of await Promise.all([1, 2, 3, 4].map(() => otto.call('address.show', { address: 'bob@a.example' })))) {
      assert.equal((json as { readonly settings: Readonly<Record<string, { readonly value: string }>> }).settings['greylisting']?.value, 'off')
    }
    assert.equal((await otto.call('mailbox.remove', { address: 'bob@a.example' })).status, 200)
    assert.equal((await otto.call('address.show', { address: 'bob@a.example' })).status, 404)

    const same = { 'idempotency-key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' }
    const [first, again] = [
      await otto.call('mailbox.add', { address: 'eve@a.example' }, same),
      await otto.call('mailbox.add', { address: 'eve@a.example' }, { 'idempotency-key': '8e03978e-40d5-43dd-bc93-6894a57f9324' }),
    ]
    assert.deepEqual([first.status, again.text], [200, first.text])
    assert.equal((await otto.call('mailbox.add', { address: 'eva@a.example' }, same)).status, 422)
    assert.equal((await otto.call('mailbox.add', { address: 'eva@a.example' }, { 'idempotency-key': 'x'.repeat(300) })).status, 400)

    const foreign = await otto.request('POST', '/api/domains', '{"domain":"b.example"}', { 'sec-fetch-site': 'cross-site' })
    assert.equal(foreign.status, 403)
    assert.equal((await new WebClient(server).call('domain.list', {})).status, 401)
    assert.deepEqual(server.complaints(), [])
  })
}
