import { cidrContains, parseCidr, parseIp } from '../mail/ip.ts'
import { sendProblem } from './problem.ts'
import type { Routes } from './server.ts'

/**
 * `/metrics` for Prometheus. Figures tell a stranger how busy the place is, so only who is in `from` (networks in CIDR
 * notation, with a space between) gets them; nobody else learns that they exist.
 */
export function metricsRoutes({ text, from }: { readonly text: () => Promise<string>; readonly from: () => string }): Routes {
  return (app) => {
    app.get('/metrics', async (request, reply) => {
      const ip = parseIp(request.client.ip)
      const networks = from()
        .split(' ')
        .flatMap((network) => parseCidr(network) ?? [])
      if (ip === undefined || !networks.some((network) => cidrContains(network, ip))) return sendProblem(reply, { status: 404, title: 'Not Found' })
      return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(await text())
    })
  }
}
