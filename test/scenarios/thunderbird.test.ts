import assert from 'node:assert/strict'
import test from 'node:test'
import { Player } from '../harness/play.ts'
import { needs } from '../harness/program.ts'
import { password, Server } from '../harness/server.ts'
import { Thunderbird } from '../harness/thunderbird.ts'

const user = 'ann@a.example'

/** What Thunderbird's window for a new account does after its fields are filled in: finds the settings, makes the account. */
const setUp = `
  const load = (name) => ChromeUtils.importESModule('resource:///modules/accountcreation/' + name + '.sys.mjs')[name]
  const [address, password] = args
  const domain = address.split('@')[1]
  const { value: config } = await load('FindConfig').parallelAutoDiscovery(domain, address, new AbortController().signal, password).next()
  if (!config) throw new Error('nothing found')
  const { incoming, outgoing } = config
  load('AccountConfig').replaceVariables(config, 'Ann', address, password)
  // The certificate is the server's own: the click on "trust it".
  Cc['@mozilla.org/security/certoverride;1'].getService(Ci.nsICertOverrideService).setDisableAllSecurityChecksAndLetAttackersInterceptMyData(true)
  await load('CreateInBackend').createAccountInBackend(config)
  return { source: config.source, incoming: [incoming.type, incoming.hostname, incoming.port, incoming.username], outgoing: [outgoing.hostname, outgoing.port] }
`

const readInbox = `
  const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')
  const [server] = MailServices.accounts.allServers.filter(({ type }) => type === 'imap')
  server.performExpand(null)
  for (let waited = 0; waited < 300; waited++) {
    const inbox = server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox)
    if (inbox) {
      inbox.updateFolder(null)
      const subjects = []
      for (const message of inbox.messages) subjects.push(message.mime2DecodedSubject)
      if (subjects.length > 0) return subjects
    }
    await new Promise((resolve) => Services.tm.dispatchToMainThread(() => setTimeout(resolve, 100)))
  }
  return []
`

test('Thunderbird sets itself up from an address and a password, and reads the mail', { skip: needs('thunderbird') }, async () => {
  await using server = await Server.start({
    mailboxes: [user],
    addressSettings: ['greylisting=off', 'spam-level=off'],
    settings: ['greeting.delay=0', 'oauth.provider=on'],
  })
  using client = await Player.connect(server.port('smtp'))
  await client.play(`
    S: 220 *
    C: EHLO client.example
    S: ...
    S: 250 *
    C: MAIL FROM:<carl@sender.example>
    S: 250 *
    C: RCPT TO:<${user}>
    S: 250 *
    C: DATA
    S: 354 *
    C: Subject: for Thunderbird
    C:
    C: Hello.
    C: .
    S: 250 *
  `)
  await using thunderbird = await Thunderbird.start({ hosts: ['mx.example.org', 'autoconfig.a.example', 'a.example'], httpPort: server.port('http') })
  const found = await thunderbird.run<{ readonly incoming: unknown; readonly outgoing: unknown }>(setUp, user, password)
  assert.deepEqual(found.incoming, ['imap', 'mx.example.org', server.port('imaps'), user])
  assert.deepEqual(await thunderbird.run(readInbox), ['for Thunderbird'])
  assert.deepEqual(server.complaints(), [])
})
