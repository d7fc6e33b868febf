import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { at, desk } from '../../../test/harness/directory.ts'
import { listGrants } from '../query/grants.ts'
import { mailToken, oauthClient, oauthClients, oauthToken } from '../query/oauth.ts'
import { revokedSince, standingOf } from '../query/standing.ts'
import { replaceOwnPassword } from './credentials.ts'
import { addGrant, removeGrant } from './grants.ts'
import { addOauthClient, registerOauthClient, removeOauthClient } from './oauth-clients.ts'
import { keepOauthToken, useOauthToken } from './oauth-tokens.ts'

const day = 86_400_000
const hour = 3_600_000
/** The desk's clock. */
const nowMs = 1_700_000_000_000
const metadata = '{"redirect_uris":[]}'
const mail = { program: 'Mail', scopes: ['imap'], protocols: ['imap'] } as const

withEachEngine((_engine, open) => {
  test('a grant is a credential: it goes by itself, with its program, and with a new password', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { accountId } = await d.mailbox('ann@a.example')
    await d.mailbox('bob@a.example')
    await d.make(addOauthClient, { clientId: 'one', name: 'Mail', metadata })
    await d.make(addOauthClient, { clientId: 'on', name: 'Other', metadata })
    const grant = { accountId, passwordId: 0, clientId: 'one', ...mail }
    const stands = async () => (await d.directory.query(standingOf, { accountIds: [accountId] }))[0]?.credentialIds
    const address = at('ann@a.example')

    const { credentialId } = await d.make(addGrant, grant)
    const token = { idHash: 'x', kind: 'AccessToken', credentialId, payload: '{}', expiresAtMs: nowMs + hour, atMs: nowMs }
    await d.database.change(keepOauthToken, token)
    assert.deepEqual(await d.directory.query(mailToken, { idHash: 'x' }), { credentialId, mailbox: 'ann@a.example', expiresAtMs: nowMs + hour })
    assert.deepEqual(await stands(), [credentialId])
    const row = await d.directory.signInRow(address)
    assert.deepEqual(row?.credentials, [{ credentialId, kind: 'oauth-grant', value: 'one imap', protocols: ['imap'] }])
    assert.equal((await d.refused(removeGrant, { address: at('bob@a.example'), credentialId })).code, 'unknown')
    const { version } = d.directory
    assert.deepEqual(await d.make(removeGrant, { address, credentialId }), { address: 'ann@a.example', program: 'Mail' })
    assert.deepEqual(await stands(), [])
    assert.deepEqual(await d.directory.query(revokedSince, { version }), [accountId])
    assert.equal(await d.directory.query(mailToken, { idHash: 'x' }), undefined)
    assert.equal(await d.directory.query(oauthToken, { idHash: 'x' }), undefined)
    assert.equal((await d.refused(removeGrant, { address, credentialId })).code, 'unknown')

    await d.make(addGrant, grant)
    const { credentialId: other } = await d.make(addGrant, { ...grant, clientId: 'on' })
    assert.deepEqual(await d.make(removeOauthClient, { clientId: 'one' }), { name: 'Mail', grants: 1 })
    assert.deepEqual(await stands(), [other])
    assert.equal((await d.refused(addGrant, grant)).code, 'unknown')
    await d.make(replaceOwnPassword, { owner: 'account', ownerId: accountId, name: 'ann', credentials: [{ kind: 'argon2id', value: 'x' }] })
    assert.ok((await stands())?.includes(other) === false)
    // What its owner was signed in with when they were asked is no more.
    assert.equal((await d.refused(addGrant, { ...grant, clientId: 'on' })).code, 'unknown')
  })

  test('of fifty grants the one that rests for longest makes room', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { accountId } = await d.mailbox('ann@a.example')
    await d.make(addOauthClient, { clientId: 'one', name: 'Mail', metadata })
    const ids: number[] = []
    for (let n = 0; n < 52; n++) {
      const { credentialId } = await d.make(addGrant, { accountId, passwordId: 0, clientId: 'one', ...mail })
      ids.push(credentialId)
    }
    const { found } = await d.directory.query(listGrants, { address: at('ann@a.example') })
    assert.deepEqual(found?.map(({ credentialId }) => credentialId).reverse(), ids.slice(2))
  })

  test('programs that register themselves are few from one network, and forgotten when nobody lets them in', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { accountId } = await d.mailbox('ann@a.example')
    let made = 0
    const register = async (network: string, atMs: number) =>
      await d.database.change(registerOauthClient, { clientId: `c${++made}`, name: 'Mail', metadata, network, atMs })
    for (let n = 0; n < 20; n++) assert.equal(await register('192.0.2.0/24', nowMs), true)
    assert.equal(await register('192.0.2.0/24', nowMs), false)
    assert.equal(await register('198.51.100.0/24', nowMs), true)
    await d.make(addGrant, { accountId, passwordId: 0, clientId: 'c1', ...mail })
    assert.equal(await register('192.0.2.0/24', nowMs + hour), true)
    assert.equal(await register('192.0.2.0/24', nowMs + day + 1), true)
    assert.deepEqual(
      (await d.directory.query(oauthClients, { limit: 10 })).map(({ clientId }) => clientId),
      ['c1'],
    )
    assert.ok(await d.directory.query(oauthClient, { clientId: 'c1' }))
    assert.equal(await d.directory.query(oauthClient, { clientId: 'c2' }), undefined)
    assert.equal(await register('192.0.2.0/24', nowMs + 500 * day), true)
    assert.equal(await d.directory.query(oauthClient, { clientId: 'c1' }), undefined)
  })

  test('a token is used once, by whoever is first, and is known as used until nobody can mean it any more', async (context) => {
    const d = await desk(context, open)
    const token = { idHash: 'x', kind: 'RefreshToken', credentialId: null, payload: '{}', expiresAtMs: nowMs + 100 * day, atMs: nowMs }
    await d.database.change(keepOauthToken, token)
    const used = await Promise.all([1, 2].map(() => d.database.change(useOauthToken, { idHash: 'x', atMs: nowMs })))
    assert.equal(used.filter((first) => first).length, 1)
    const kept = await d.directory.query(oauthToken, { idHash: 'x' })
    assert.deepEqual([kept?.consumedAtMs, kept?.expiresAtMs], [nowMs, nowMs + 14 * day])
    await d.database.change(keepOauthToken, { ...token, idHash: 'y', atMs: nowMs + 15 * day })
    assert.equal(await d.directory.query(oauthToken, { idHash: 'x' }), undefined)
  })
})
