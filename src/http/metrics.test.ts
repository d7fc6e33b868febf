import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { listen } from '../wire/listen.ts'
import { metricsRoutes } from './metrics.ts'
import { httpServer } from './server.ts'

for (const [from, status] of [
  ['127.0.0.0/8 ::1/128', 200],
  ['192.0.2.0/24', 404],
  ['', 404],
] as const) {
  test(`figures for 127.0.0.1 where "${from}" may have them: ${status}`, async (context) => {
    const server = await httpServer([metricsRoutes({ text: async () => 'figures\n', from: () => from })], { log: silent })
    const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
    context.after(async () => {
      await listener.close()
      await server.close()
    })
    const response = await fetch(`http://127.0.0.1:${listener.address.port}/metrics`)
    assert.equal(response.status, status)
    assert.equal((await response.text()).includes('figures'), status === 200)
    // A proxy on this machine that nobody has named brings strangers.
    const brought = await fetch(`http://127.0.0.1:${listener.address.port}/metrics`, { headers: { 'x-forwarded-for': '127.0.0.1' } })
    assert.equal(brought.status, 404)
  })
}
