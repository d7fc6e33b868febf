import type { Routes } from './server.ts'

/** Longer than this the database must not take for a look at one row. */
const readyMs = 2_000

/**
 * For balancers and supervisors, who ask often and need no words: `live`, this process answers; `ready`, it can do its work. They tell a stranger
 * nothing else; what an operator should see to stands in `posthorn health`.
 * @param look rejects when the database does not answer
 */
export function healthRoutes(look: () => Promise<unknown>): Routes {
  return (app) => {
    app.get('/health/live', (_, reply) => reply.type('text/plain').send('live\n'))
    app.get('/health/ready', async (_, reply) => {
      const ready = await Promise.race([
        look().then(
          () => true,
          () => false,
        ),
        new Promise<false>((resolve) => setTimeout(resolve, readyMs, false).unref()),
      ])
      return reply
        .code(ready ? 200 : 503)
        .type('text/plain')
        .send(ready ? 'ready\n' : 'not ready\n')
    })
  }
}
