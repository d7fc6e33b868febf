import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { mailHostCertificate, mailHostKey, trustAnchor } from '../harness/mail-host-certificates.ts'
import { startNameServer } from '../harness/name-server.ts'
import { eventually, password, Server } from '../harness/server.ts'
import { WebClient } from '../harness/web.ts'

interface Came {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly path: string
}

/** A program on another machine, as good as: an HTTPS server for mx.b.example, which the server may ask by a setting. */
async function world(context: TestContext, answer: (came: Came, response: ServerResponse) => void, options: { readonly processes?: number } = {}) {
  const came: Came[] = []
  const receiver = createServer({ cert: mailHostCertificate, key: mailHostKey }, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece))
    request.on('end', () => {
      const one = { headers: request.headers, body, path: request.url ?? '' }
      came.push(one)
      answer(one, response)
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const names = await startNameServer({ 'mx.b.example': { A: ['127.0.0.1'] }, 'inside.example': { A: ['10.0.0.1'] } })
  const server = await Server.prepare({ dns: [names.address], mailboxes: ['ann@a.example'], ...options })
  const authorities = path.join(server.folder, 'authorities.pem')
  await writeFile(authorities, trustAnchor)
  await server.posthorn(['setting', 'set', 'outside.allow-networks=127.0.0.0/8', `outside.authorities=${authorities}`])
  await server.posthorn(['operator', 'add', 'otto', '--password-stdin'], `${password}\n`)
  await server.start()
  context.after(async () => {
    await server[Symbol.asyncDispose]()
    receiver.closeAllConnections()
    receiver.close()
    await names.close()
  })
  const { port } = receiver.address() as AddressInfo
  return { server, came, url: (where: string) => `https://mx.b.example:${port}${where}` }
}

function isSigned({ headers, body }: Came, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key)
    .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)
    .digest('base64')
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`)
}

test('a program is told what happens, over TLS and signed, from every process', async (context) => {
  const { server, came, url } = await world(context, (_, response) => void response.writeHead(204).end(), { processes: 2 })
  const otto = await WebClient.signIn(server, 'otto', password)
  const events = ['mailbox.added', 'mailbox.changed', 'quota.reached', 'bulk.finished']
  const added = await otto.call('webhook.add', { url: url('/hook'), events: events as never })
  const { id, secret } = added.json as { id: string; secret: string }
  await otto.call('mailbox.add', { address: 'bob@a.example', quota: '1G' })
  await otto.call('bulk.start', { mailboxes: [{ address: 'eve@a.example' }] })
  const types = () => came.map(({ body }) => (JSON.parse(body) as { type: string }).type).toSorted()
  await eventually('all are told', async () => (came.length === 3 ? true : undefined))
  assert.deepEqual(types(), ['bulk.finished', 'mailbox.added', 'mailbox.added'])
  assert.ok(came.every((one) => isSigned(one, secret) && one.path === '/hook' && one.headers['content-type'] === 'application/json'))
  const told = JSON.parse(came.find(({ body }) => body.includes('bob@'))?.body ?? '') as { data: Record<string, unknown> }
  assert.deepEqual([told.data['address'], told.data['by'], told.data['change']], ['bob@a.example', 'operator otto', 'mailbox.add'])

  const rotated = (await otto.call('webhook.rotate', { id })).json as { secret: string }
  await otto.call('webhook.test', { id })
  await eventually('the test comes', async () => (types().includes('webhook.test') ? true : undefined))
  const tested = came.at(-1)
  assert.ok(tested && isSigned(tested, secret) && isSigned(tested, rotated.secret))
  const { deliveries } = await eventually('all are noted', async () => {
    const page = (await otto.call('webhook.deliveries', { id })).json as { deliveries: { state: string; status: number; message: string }[] }
    return page.deliveries.every(({ state }) => state === 'delivered') ? page : undefined
  })
  assert.deepEqual(
    deliveries.map(({ status }) => status),
    [204, 204, 204, 204],
  )
  const message = deliveries[0]?.message ?? ''
  assert.equal((await otto.call('webhook.resend', { id, message })).status, 200)
  await eventually('it comes again', async () => (came.filter(({ headers }) => headers['webhook-id'] === message).length === 2 ? true : undefined))
  assert.match(await server.posthorn(['webhook', 'list']), new RegExp(`^${id} .* on .*/hook`, 'm'))
  assert.deepEqual(server.complaints(), [])
})

test('what a webhook was not told before kill -9 it is told after it; 410 ends it, and its owner reads of it', async (context) => {
  let dies = true
  const { server, came, url } = await world(context, ({ path: where }, response) => {
    if (where === '/gone') response.writeHead(410).end()
    // Slow: the server is killed while it waits.
    else if (!dies) response.writeHead(200).end()
  })
  const add = async (where: string, ...more: string[]) => {
    const done = (await server.json(['webhook', 'add', url(where), '--event', 'mailbox.added', ...more])) as { id: string; secret: string }
    return done
  }
  const { id, secret } = await add('/slow')
  for (const name of ['bob', 'eve', 'max']) await server.posthorn(['mailbox', 'add', `${name}@a.example`, '--password-stdin'], `${password}\n`)
  await eventually('they are on their way', async () => (came.length === 3 ? true : undefined))
  await server.stop('SIGKILL')
  dies = false
  const before = new Set(came.splice(0).map(({ headers }) => headers['webhook-id']))
  await server.start()
  await eventually('all come again', async () => (came.length === 3 ? true : undefined))
  assert.deepEqual(new Set(came.map(({ headers }) => headers['webhook-id'])), before)
  assert.ok(came.every((one) => isSigned(one, secret)))
  type Row = { readonly id: string; readonly state: string }
  await eventually('they are noted', async () => {
    const rows = (await server.json(['webhook', 'deliveries', id])) as readonly Row[]
    return rows.every(({ state }) => state === 'delivered') ? true : undefined
  })

  const inside = (await server.json(['webhook', 'add', 'https://inside.example/', '--event', 'mailbox.added'])) as { id: string }
  await server.posthorn(['webhook', 'test', inside.id])
  await eventually('nobody is asked inside', async () => {
    const [row] = (await server.json(['webhook', 'deliveries', inside.id])) as readonly { failure: string | null }[]
    return row?.failure === 'not-public' ? true : undefined
  })

  // The operator's mailbox is the first one.
  await server.posthorn(['setting', 'set', 'postmaster.address=ann@a.example'])
  const gone = await add('/gone')
  await server.posthorn(['webhook', 'test', gone.id])
  await eventually('it is off', async () => {
    const rows = (await server.json(['webhook', 'list'])) as readonly Row[]
    return rows.find((row) => row.id === gone.id)?.state === 'gone' ? true : undefined
  })
  await eventually('its owner is told', async () => {
    const entries = await server.posthorn(['journal', '--address', 'ann@a.example', '--json'])
    return /webhook\./.test(entries) ? true : undefined
  })
  assert.deepEqual(server.complaints(), [])
})
