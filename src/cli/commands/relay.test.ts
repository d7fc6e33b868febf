import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { controlSocket, listenControl } from '../../app/control.ts'
import { operationContext } from '../../app/installation.ts'
import { takeLock } from '../../app/lock.ts'
import { openParts } from '../../app/open.ts'
import { silent } from '../../base/log.ts'
import { loadConfig } from '../../config/load.ts'
import { readBlocklists } from '../../relay/lists/blocklists.ts'
import { startNameServer, type Zone } from '../../../test/harness/name-server.ts'
import { type Ran, run } from '../../../test/harness/cli.ts'

const zone: Record<string, Zone[string]> = {
  '8.0.0.127.in-addr.arpa': { PTR: ['mx1.a.example'] },
  'mx1.a.example': { A: ['127.0.0.8'] },
  '2.0.0.127.bl.example': { A: ['127.0.0.2'] },
  '9.0.0.127.bl.example': { A: ['127.0.0.2'], TXT: ['see https://bl.example'] },
}
const folder = mkdtempSync(join(tmpdir(), 'posthorn-relay-'))
let posthorn: (line: string, options?: Parameters<typeof run>[1]) => Promise<Ran>
const closers: (() => Promise<void>)[] = []

before(async () => {
  const server = await startNameServer(zone)
  const file = join(folder, 'posthorn.toml')
  const data = join(folder, 'data')
  writeFileSync(file, `hostname = "mx.a.example"\ndata = ${JSON.stringify(data)}\n[dns]\nservers = ["${server.address}"]\n`)
  mkdirSync(join(data, 'rules'), { recursive: true })
  const shipped = readBlocklists([{ file: 'shipped', text: readFileSync(join(import.meta.dirname, '../../../rules/relay-blocklists.txt'), 'utf8') }])
  const off = [...shipped.keys()].map((name) => `blocklist ${name} 1\n  off\n`).join('')
  writeFileSync(join(data, 'rules/relay-blocklists.txt'), `${off}blocklist bl.example 5\n  name The List\n  apply https://bl.example/{ip}\n`)
  const lock = takeLock(data)
  const parts = await openParts({ config: loadConfig({ file }), log: silent })
  const control = await listenControl({ path: join(data, controlSocket), context: operationContext(parts, silent), log: silent })
  posthorn = (line, options) => run([...line.split(' '), '--config', file], options)
  closers.push(
    () => control.close(),
    () => parts.close(),
    async () => lock.release(),
    async () => server[Symbol.asyncDispose](),
  )
})
after(async () => {
  for (const close of closers) await close()
  rmSync(folder, { recursive: true })
})

async function json(line: string): Promise<unknown> {
  const { code, out, err } = await posthorn(`${line} --json`)
  assert.ok(out !== '', `${line}: ${code} ${err}`)
  return JSON.parse(out)
}

test('with no relay set up, it is said what would be right', async () => {
  const { code, out, err } = await posthorn('relay list')
  assert.equal(code, 0)
  assert.match(out, /^relay +way +state .*\ndefault +this machine +in +paid,trial,forwarded,bulk +1 +0 +0 +0 +0$/m)
  assert.match(err, /Right would be: posthorn relay add one --ip ADDRESS/)
  assert.match((await posthorn('relay list', { language: 'de' })).err, /kein Relay ist eingerichtet/)
})

test('an address of this machine: EHLO says the name that the DNS has for it', async () => {
  const added = await posthorn('relay add one --ip 127.0.0.8')
  assert.deepEqual([added.code, added.out], [0, 'relay one added\n'])
  assert.match(added.err, /it warms up: 50 recipients on the first day/)
  const nameless = await posthorn('relay add two --ip 127.0.0.9')
  assert.deepEqual([nameless.code, nameless.out], [2, ''])
  assert.match(nameless.err, /127\.0\.0\.9 has no name in the DNS that leads back to it.*such as mx1\.a\.example/)
  assert.equal((await posthorn('relay add two --ip 127.0.0.9 --hello mx2.a.example --class trial,bulk --weight 3 --warm-up none')).code, 0)
  assert.match((await posthorn('relay show one')).out, /warm-up 50x2x9\nEHLO mx1\.a\.example, which is the name of the address/)
  assert.match(
    (await posthorn('relay show two')).out,
    /^two: 127\.0\.0\.9, in\nweight 3, carries trial, bulk\nEHLO mx2\.a\.example: the DNS does not bear that out \(names of the address: none\)/,
  )
})

for (const [line, code, en, de] of [
  ['relay add x', 2, /either an address of this machine/, /entweder eine Adresse dieses Rechners/],
  ['relay add x --ip 192.0.2.77', 1, /192\.0\.2\.77 is not an address of this machine: set it up/, /keine Adresse dieses Rechners/],
  ['relay add x --ip 127.0.0.300', 2, /no IP address/, /keine IP-Adresse/],
  ['relay add x --smart-host b_c', 2, /"b_c" is no host; right would be smtp\.b\.example/, /ist kein Rechner/],
  ['relay add default --ip 127.0.0.7', 2, /default is the name of/, /default heißt/],
  ['relay add one --ip 127.0.0.7 --hello x.example', 1, /already a relay one/, /Das Relay one ist schon da/],
  ['relay add x --ip 127.0.0.7 --hello x', 2, /"x" is no host name/, /kein Rechnername/],
  ['relay set one --warm-up slow', 2, /"slow" is no warm-up; right would be usual/, /richtig wäre usual/],
  ['relay set one --class payed', 2, /--class: "payed" is none of paid, trial/, /ist keines von paid/],
  ['relay set noe --weight 1', 1, /no relay noe; did you mean one\?/, /gemeint one\?/],
  ['relay withdraw none-such', 1, /no relay none-such/, /ist nicht da/],
  ['relay cases --applied 77 --note x', 1, /no case 77/, /Fall 77 ist nicht da/],
] as const) {
  test(`wrong: posthorn ${line}`, async () => {
    for (const [language, expected] of [
      ['en', en],
      ['de', de],
    ] as const) {
      const ran = await posthorn(line, { language })
      assert.match(ran.err, expected)
      assert.equal(ran.code, code)
    }
  })
}

test('a smart host: its password is taken, and never shown', async () => {
  assert.equal(
    (await posthorn('relay add smart --smart-host smtp.b.example:2525 --tls required --user us --password-stdin --weight 0', { input: 'very secret\n' })).code,
    0,
  )
  const shown = [await posthorn('relay show smart'), await posthorn('relay list --json'), await posthorn('relay show smart --json')]
  assert.match(shown[0]?.out ?? '', /smart: smtp\.b\.example:2525, warming up, at most 50 today\nweight 0.*\n.*\nTLS required, signs in as us/)
  assert.ok(shown.every(({ out }) => !out.includes('secret')))
  assert.equal((await posthorn('relay remove smart')).out, 'relay smart removed\n')
})

test('asked now: who is listed is out, with where to apply; what was done is noted', async () => {
  const checked = await posthorn('relay check')
  assert.equal(checked.code, 1)
  assert.match(checked.out, /one +127\.0\.0\.8 +bl\.example +not listed\ntwo +127\.0\.0\.9 +bl\.example +listed +127\.0\.0\.2 \(see https:\/\/bl\.example\)/)
  const listed = await posthorn('relay list')
  assert.match(listed.out, /two +127\.0\.0\.9 +withdrawn: listed/)
  assert.match(listed.out, /two +The List .*open +127\.0\.0\.2 \(see https:\/\/bl\.example\); apply at https:\/\/bl\.example\/127\.0\.0\.9/)
  const health = await posthorn('health')
  assert.equal(health.code, 1)
  assert.match(health.out, /relay two is listed at The List since .*\n.*apply for removal at https:\/\/bl\.example\/127\.0\.0\.9/)
  const [found] = (await json('relay cases two')) as { case: number }[]
  assert.match((await posthorn(`relay cases --applied ${found?.case} --note form`)).out, /noted: 127\.0\.0\.9 at bl\.example/)
  assert.match((await posthorn('relay cases')).out, /applied: form/)
  assert.match((await posthorn('relay return two')).out, /still listed at bl\.example/)
  delete zone['9.0.0.127.bl.example']
  const again = await posthorn('relay check two --json')
  assert.deepEqual(JSON.parse(again.out), [{ name: 'two', ip: '127.0.0.9', answers: [{ zone: 'bl.example', result: 'clean' }] }])
  assert.match((await posthorn('relay list')).out, /two +127\.0\.0\.9 +pausing until \d{4}-/)
  await posthorn('relay return two')
  assert.match((await posthorn('relay list')).out, /two +127\.0\.0\.9 +in /)
})

test('out by hand, and back', async () => {
  await posthorn('relay withdraw one --reason moving')
  await posthorn('relay withdraw two')
  assert.match((await posthorn('relay show one')).out, /one: 127\.0\.0\.8, withdrawn by hand \(moving\)/)
  assert.match((await posthorn('health')).out, /no relay carries mail of class paid: it waits/)
  await posthorn('relay return one')
  assert.doesNotMatch((await posthorn('health')).out, /relay/)
})
