import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { Resolver } from './resolver.ts'

// The tests' own name server speaks through the same codec as the resolver, so a slip in it would hide in both. Debian's unbound does not.
const unbound = ['/usr/sbin/unbound', '/usr/local/sbin/unbound'].find((path) => existsSync(path))

const startMs = 10_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

function configuration(folder: string, port: number): string {
  const long = Array.from({ length: 40 }, (_, at) => `  local-data: 'long.posthorn.example. 60 IN TXT "${String(at).padStart(3, '0')}${'x'.repeat(100)}"'`)
  return `
server:
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: "${folder}/unbound.pid"
  use-syslog: no
  logfile: "${folder}/unbound.log"
  interface: 127.0.0.1
  port: ${port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "iterator"
  local-zone: "posthorn.example." static
  local-data: "posthorn.example. 300 IN SOA ns.posthorn.example. hostmaster.posthorn.example. 1 3600 900 86400 30"
  local-data: "mx.posthorn.example. 60 IN A 192.0.2.1"
  local-data: "mx.posthorn.example. 60 IN AAAA 2001:db8::1"
  local-data: "posthorn.example. 60 IN MX 10 mx.posthorn.example."
  local-data: "alias.posthorn.example. 60 IN CNAME mx.posthorn.example."
${long.join('\n')}
  local-zone: "2.0.192.in-addr.arpa." static
  local-data-ptr: "192.0.2.1 60 mx.posthorn.example"
remote-control:
  control-enable: no
forward-zone:
  name: "dead.example."
  forward-addr: 127.0.0.1@1
`
}

test("against Debian's unbound", { skip: unbound === undefined ? 'unbound is not installed (apt-get install unbound)' : false }, async () => {
  assert.ok(unbound)
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-unbound-'))
  const port = await freePort()
  await writeFile(join(folder, 'unbound.conf'), configuration(folder, port))
  const child = spawn(unbound, ['-d', '-c', join(folder, 'unbound.conf')], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const clock = { ms: 1_700_000_000_000, now: () => clock.ms }
  const resolver = new Resolver({ clock, servers: [`127.0.0.1:${port}`] })
  try {
    const deadline = performance.now() + startMs
    let address = await resolver.lookup('mx.posthorn.example', 'A')
    while (address.status === 'failed' && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      // Failures are kept for a second of this clock
      clock.ms += 1_000
      address = await resolver.lookup('mx.posthorn.example', 'A')
    }
    assert.deepEqual(address, { status: 'found', records: ['192.0.2.1'], expiresAtMs: clock.ms + 60_000, authenticated: false })
    const records = async (name: string, type: 'AAAA' | 'A' | 'MX' | 'TXT') => {
      const answer = await resolver.lookup(name, type)
      return answer.status === 'found' ? answer.records : answer.status
    }
    assert.deepEqual(await records('mx.posthorn.example', 'AAAA'), ['2001:db8::1'])
    assert.deepEqual(await records('posthorn.example', 'MX'), [{ preference: 10, exchange: 'mx.posthorn.example' }])
    assert.deepEqual(await records('alias.posthorn.example', 'A'), ['192.0.2.1'])
    assert.equal((await records('long.posthorn.example', 'TXT')).length, 40, 'too long for UDP')
    assert.deepEqual(await records('nothing.posthorn.example', 'A'), 'none')
    assert.deepEqual(await records('mx.posthorn.example', 'MX'), 'none')
    assert.deepEqual(await records('a.dead.example', 'A'), 'failed')
    const pointer = await resolver.ptr('192.0.2.1')
    assert.deepEqual(pointer.status === 'found' && pointer.records, ['mx.posthorn.example'])
  } finally {
    resolver.close()
    child.kill()
    await exited
    await rm(folder, { recursive: true })
  }
})
