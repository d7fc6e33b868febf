import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { Player } from '../harness/play.ts'
import { Server } from '../harness/server.ts'

test('connections count before their TLS handshake, with the limit of those after it', { timeout: 60_000 }, async (t) => {
  await using server = await Server.start({ settings: ['connection-limits.access-concurrent=2'] })
  const port = server.port('imaps')
  const silent = [1, 2].map(() => connect(port, '127.0.0.1'))
  t.after(() => silent.forEach((socket) => socket.destroy()))
  await Promise.all(silent.map((socket) => once(socket, 'connect')))
  await assert.rejects(Player.connect(port, { tls: true }), 'a third one is cut off without a handshake')
  const elsewhere = await Player.connect(port, { tls: true, localAddress: '127.0.0.2' })
  await elsewhere.play('S: \\* OK *')
  elsewhere.close()
})
