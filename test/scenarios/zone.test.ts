import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNameServer } from '../harness/name-server.ts'
import { Player } from '../harness/play.ts'
import { Server } from '../harness/server.ts'

test('a domain works from the moment it is added, and the DNS assistant says what it still needs (SPEC E2)', async () => {
  await using names = await startNameServer({
    'mx.example.org': { A: ['192.0.2.1'] },
    'mx.old.example': { A: ['203.0.113.7'] },
    'a.example': { MX: [[10, 'mx.old.example']], TXT: ['v=spf1 include:old.example -all'], ttl: 86_400 },
    'old.example': { TXT: ['v=spf1 ip4:203.0.113.0/24 -all'] },
  })
  await using server = await Server.start({ config: 'hostname = "mx.example.org"', dns: [names.address] })
  await server.run(['domain', 'add', 'a.example'])
  await server.run(['mailbox', 'add', 'ann@a.example'])
  const looked = await server.run(['domain', 'dns', 'a.example'])
  assert.equal(looked.code, 1)
  assert.match(looked.stdout, /^Mail for a\.example still goes to the old host: mx\.old\.example\./)
  assert.match(looked.stdout, /right: a\.example\. 3600 IN MX 10 mx\.example\.org\.$/m)
  assert.match(looked.stdout, /right: a\.example\. 3600 IN TXT "v=spf1 a:mx\.example\.org include:old\.example -all"$/m)

  const german = await server.run(['domain', 'dns', 'a.example'], '', { LC_ALL: 'de_DE.UTF-8' })
  assert.match(german.stdout, /^Mail für a\.example geht noch zum alten Anbieter: mx\.old\.example\./)
  // What stands there is seen at once: nothing of an earlier look is remembered.
  names.zone = { ...names.zone, 'a.example': { MX: [[10, 'mx.example.org']] } }
  const json = JSON.parse((await server.run(['domain', 'dns', 'a.example', '--json'])).stdout) as { destination: string }
  assert.equal(json.destination, 'here')
  const zone = await server.run(['domain', 'dns', 'a.example', '--zone'])
  assert.match(zone.stdout, /^; there already: a\.example\. 3600 IN MX 10 mx\.example\.org\.$/m)
  assert.match(zone.stdout, /^\S+\._domainkey\.a\.example\. 3600 IN TXT "v=DKIM1; k=rsa; p=[A-Za-z0-9+/]+" "[A-Za-z0-9+/=]+"$/m)
})

/** `answer`: to RCPT. */
async function send(server: Server, to: string, answer: string): Promise<void> {
  using client = await Player.connect(server.port('smtp'))
  await client.play(`
    S: 220 *
    C: EHLO client.example
    S: ...
    S: 250 *
    C: MAIL FROM:<carl@sender.example>
    S: 250 *
    C: RCPT TO:<${to}>
    S: ${answer}
  `)
  if (!answer.startsWith('250')) return
  await client.play(`
    C: DATA
    S: 354 *
    C: Subject: first
    C:
    C: mail
    C: .
    S: 250 *
  `)
}

test('mail for a domain is taken from the moment it is added, whichever process it comes to (SPEC E2)', async () => {
  await using server = await Server.start({ processes: 2, settings: ['greylisting=off', 'greeting.delay=0'] })
  const eight = (answer: string) => Promise.all(Array.from({ length: 8 }, () => send(server, 'ann@a.example', answer)))
  await eight('550 5.7.1 *')
  await server.run(['domain', 'add', 'a.example'])
  await server.run(['mailbox', 'add', 'ann@a.example'])
  await eight('250 2.1.5 *')
})
