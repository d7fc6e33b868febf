import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Door } from '../harness/door.ts'

interface Shown {
  readonly name: string
  readonly strings: readonly string[]
  readonly state: string
  readonly seen: string
}

test('an operator publishes the keys of a domain, replaces them, and loses one (SPEC D6)', async () => {
  await using door = await Door.open({ mailboxes: ['ann@a.example'] })
  const json = async (line: string) => {
    const { out } = await door.tryCli(`${line} --json`)
    return JSON.parse(out) as Shown[]
  }
  const [rsa, ed25519] = await json('dkim records a.example')
  assert.ok(rsa !== undefined && ed25519 !== undefined)
  const words = await door.cli('dkim records a.example')
  assert.match(
    words,
    /^; to be published, not looked for yet\n\d{8}-rsa\._domainkey\.a\.example\. IN TXT \( "v=DKIM1; k=rsa; p=[^"]+" "[^"]+" \)\n; to be published/,
  )
  door.names.zone[rsa.name] = { TXT: [rsa.strings] }

  const some = await door.tryCli('dkim check a.example')
  assert.equal(some.code, 1)
  assert.match(some.out, /^a\.example +\d{8}-rsa +signs +\d{4}-\d\d-\d\d +there\na\.example +\d{8}-ed25519 +to be published +\d{4}-\d\d-\d\d +missing$/m)
  door.names.zone[ed25519.name] = { TXT: [ed25519.strings] }
  assert.match(await door.cli('dkim check a.example'), /-ed25519 +signs .* there$/m)
  assert.equal(await door.cli('health'), 'all is well\n')

  assert.equal((await json('dkim rotate a.example')).length, 4)
  assert.match((await door.tryCli('health')).out, /a new key of a\.example waits for its DNS record/)
  door.names.zone[rsa.name] = { TXT: ['v=DKIM1; p='] }
  await door.tryCli('dkim check a.example')
  assert.match((await door.tryCli('health')).out, /the DNS record of a key of a\.example is not what it was, and the key signs no more/)

  const file = join(door.server.data, 'keys', 'installation.key')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const key = (await readFile(file, 'latin1')).trim()
  const everything = [words, some.out, JSON.stringify(door.server.log)].join('\n')
  assert.ok(!everything.includes(key) && !everything.includes('PRIVATE KEY'))
})
