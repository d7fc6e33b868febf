import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../../test/harness/cli.ts'
import { form } from '../../test/harness/queue.ts'
import { listenControl } from '../app/control.ts'
import { runOperation } from '../api/run.ts'
import { operationContext } from '../app/installation.ts'
import { takeLock } from '../app/lock.ts'
import { openParts, type Parts } from '../app/open.ts'
import { systemClock } from '../base/clock.ts'
import { silent } from '../base/log.ts'
import { loadConfig } from '../config/load.ts'
import { commit } from '../delivery/commit.ts'
import type { OutgoingForm } from '../delivery/delivery.ts'
import type { QueueId } from '../mail/ids.ts'
import { QueueIds } from '../mail/queue-id.ts'

const data = mkdtempSync(join(tmpdir(), 'posthorn-cli-queue-'))
const closers: (() => Promise<void> | void)[] = []
const client = { ip: '192.0.2.1', port: 1, helo: 'client.example', protocol: 'ESMTPSA', tls: undefined }
const queueIds = new QueueIds(systemClock)
let parts: Parts

before(async () => {
  const lock = takeLock(data)
  parts = await openParts({ config: loadConfig({ data }), log: silent })
  const control = await listenControl({ path: join(data, 'control.sock'), context: operationContext(parts, silent), log: silent })
  closers.push(
    () => control.close(),
    () => parts.close(),
    () => lock.release(),
    () => rmSync(data, { recursive: true }),
  )
  for (const line of ['domain add a.example', 'mailbox add ann@a.example', 'mailbox add ben@a.example']) assert.equal((await posthorn(line)).code, 0)
})
after(async () => {
  for (const close of closers) await close()
})

/** Words are separated by spaces; what stands in `last` is one. */
async function posthorn(line: string, ...last: readonly string[]) {
  return run([...line.split(' '), ...last, '--data', data], {})
}

/** Moments are not what is looked at. */
function timeless(text: string): string[] {
  return text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').split('\n')
}

/** A message of Ann's (account 1) or Ben's waits. */
async function send(wanted: Partial<OutgoingForm> = {}): Promise<QueueId> {
  const queueId = queueIds.next()
  const octets = [Buffer.from('Message-ID: <1@a.example>\r\n\r\nHello.\r\n')]
  await commit(
    { queueId, client, reversePath: null, recipients: [], received: '', octets, outgoing: [form(wanted)] },
    { store: parts.store, clock: systemClock },
  )
  await parts.store.settled()
  return queueId
}

test('what waits is listed by destination, then by recipient, and shown in words', async () => {
  assert.deepEqual(await posthorn('queue list'), { code: 1, out: '', err: 'nothing waits\n' })
  const id = await send({ recipients: [{ address: 'bob@b.example' }, { address: 'eve@e.example' }] })
  await send({ recipients: [{ address: 'ben@b.example' }] })
  assert.deepEqual(timeless((await posthorn('queue list')).out), [
    'DESTINATION  RECIPIENTS  NEXT ATTEMPT',
    'b.example    2           TIME',
    'e.example    1           TIME',
    '',
    '3 recipients at 2 destinations in all',
    '',
  ])
  const { out } = await posthorn('queue list --destination e.example')
  assert.deepEqual(timeless(out)[1], `${id}/0/1  ann@a.example  eve@e.example  TIME`)
  assert.deepEqual(timeless((await posthorn(`queue show ${id}/0/1`)).out), [
    `${id}/0/1  eve@e.example`,
    '  from ann@a.example, 61 B, <1@a.example>',
    '  accepted TIME, tried 0 times',
    '  next attempt: TIME; given up TIME',
    '',
  ])
})

test('holding tells why wherever it is asked for; what is released is not held', async () => {
  const id = await send()
  assert.deepEqual(await posthorn(`queue hold ${id} --reason`, 'looks like spam'), { code: 0, out: `held: message ${id}\n`, err: '' })
  assert.match((await posthorn(`queue show ${id}`)).out, /held since .*: looks like spam; its time ends 2/)
  assert.match((await posthorn('queue list')).out, new RegExp(`HELD +SINCE +REASON\nmessage ${id} .*looks like spam`))
  assert.match((await posthorn('queue list --mailbox ann@a.example')).out, / held\n/)
  assert.equal((await posthorn(`queue release ${id}`)).out, `released: message ${id}\n`)
  const again = await posthorn(`queue release ${id}`)
  assert.deepEqual([again.code, again.err], [1, `posthorn: there is no hold on message ${id}\n`])
})

test('who may not send has what waits held, and going again when it may (SPEC E6)', async () => {
  const id = await send({ originator: { accountId: undefined, addressId: 0, customerId: 1 } })
  for (const [lock, unlock, held] of [
    ['address lock-sending ann@a.example', 'address unlock-sending ann@a.example', 'mailbox ann@a.example'],
    ['customer lock-sending main', 'customer unlock-sending main', 'customer main'],
  ] as const) {
    const locked = await posthorn(`${lock} --reason`, 'hijacked')
    assert.deepEqual([locked.code, locked.err], [0, ''])
    assert.match((await posthorn('queue list')).out, new RegExp(`${held} .*hijacked`))
    assert.equal((await posthorn(unlock)).code, 0)
    assert.doesNotMatch((await posthorn('queue list')).out, /hijacked/)
  }
  assert.equal((await posthorn(`queue delete ${id}`)).code, 0)
})

test('retry and delete take one way to say what is meant', async () => {
  const id = await send({ originator: { accountId: 2 as OutgoingForm['originator']['accountId'], addressId: 2, customerId: 1 } })
  assert.equal((await posthorn('queue retry --mailbox ben@a.example')).out, '0 recipients are tried now\n')
  assert.equal((await posthorn('queue delete --mailbox ben@a.example')).out, '1 recipient deleted\n')
  assert.match((await posthorn('audit --change queue')).out, /queue\.delete .*ben@a\.example/)
  const gone = await posthorn(`queue delete ${id}`)
  assert.deepEqual([gone.code, gone.err], [1, `posthorn: nothing of ${id} waits in the queue; the journal tells what became of it\n`])
  for (const line of ['queue delete', `queue delete ${id} --destination b.example`]) {
    const refused = await posthorn(line)
    assert.notEqual(refused.code, 0, line)
    assert.match(refused.err, /say which mail is meant, in one way/)
  }
  assert.match((await posthorn('queue delete what')).err, /what is no queue id; right would be/)
  assert.match((await posthorn('queue hold --mailbox nobody@a.example --reason x')).err, /nobody@a\.example/)
  assert.match((await posthorn(`journal --id ${id}`)).out, /Removed: it was taken out of the queue by hand\./)
})

test('a long list comes in pages, whose ends tell nothing and are good for the same mail only', async () => {
  const names = ['p1', 'p2', 'p3', 'p4', 'p5']
  await send({ recipients: names.map((name) => ({ address: `${name}@pages.example` })) })
  await send({ recipients: [{ address: 'bob@other.example' }] })
  const context = operationContext(parts, silent)
  for (const selection of [{ destination: 'pages.example' }, { id: '' }]) {
    const [first] = (await runOperation(context, 'queue.list', { destination: 'pages.example', limit: 1 })).waiting
    const which = 'id' in selection ? { id: first?.id.split('/')[0] ?? '' } : selection
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await runOperation(context, 'queue.list', { ...which, limit: 2, after })
      assert.ok(page.waiting.length <= 2)
      seen.push(...page.waiting.map(({ recipient }) => recipient))
      after = page.next
      if (after !== undefined) await assert.rejects(runOperation(context, 'queue.list', { destination: 'other.example', after }), /of the same mail/)
    } while (after !== undefined)
    assert.deepEqual(
      seen,
      names.map((name) => `${name}@pages.example`),
    )
  }
  await assert.rejects(runOperation(context, 'queue.list', { destination: 'pages.example', after: 'x' }), /of the page before/)
  const listed = async (...limit: string[]) =>
    (JSON.parse((await posthorn(['queue list --destination pages.example --json', ...limit].join(' '))).out) as unknown[]).length
  assert.deepEqual([await listed(), await listed('--limit', '3')], [5, 3])
})
