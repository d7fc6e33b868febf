import { Agent, request } from 'node:http'
import type { OperationInput, OperationName } from '../../../src/api/contract.ts'
import { operate } from '../../../src/api/operate.ts'
import { restRequest } from '../../../src/api/rest.ts'
import { operationContext } from '../../../src/app/installation.ts'
import { openParts } from '../../../src/app/open.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { silent } from '../../../src/base/log.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { addMailbox } from '../../../src/directory/change/addresses.ts'
import { addPointer } from '../../../src/directory/change/pointers.ts'
import { apiRoutes } from '../../../src/http/api.ts'
import { addressRates } from '../../../src/http/rate-limit.ts'
import { httpServer } from '../../../src/http/server.ts'
import { Rates } from '../../../src/protection/request-rates.ts'
import { listen } from '../../../src/wire/listen.ts'
import type { Bench } from '../bench.ts'
import { valueAtMost } from '../report.ts'

const rounds = 200
const domain = 'a.example'
/** TARGETS, of 99 in 100. */
const readMs = 20
const writeMs = 50
const listMs = 50

/** What the panel waits for, with 10,000 addresses: the API over HTTP, the client in the same process, each request alone. */
export async function panel(bench: Bench): Promise<void> {
  const addresses = bench.quick ? 1_000 : 10_000
  await bench.section(`The API with ${addresses.toLocaleString('en')} addresses`, async (scope) => {
    const parts = await openParts({ config: loadConfig({ data: await scope.folder() }), log: silent })
    scope.onEnd(() => parts.close())
    const context = operationContext(parts, silent)
    await operate(context, 'domain.add', { domain })
    const addressOf = (index: number) => ({ localPart: `${['ann', 'bob', 'eve'][index % 3]}.u${index}`, domain })
    for (let from = 0; from < addresses; from += 500) {
      const some = Array.from({ length: 500 }, (_, index) => addressOf(from + index))
      await Promise.all(
        some.map((address, index) =>
          index % 10 === 9
            ? parts.directory.change(addPointer, 'bench', { kind: 'forward', address, targets: [{ localPart: 'x', domain: 'b.example' }] })
            : parts.directory.change(addMailbox, 'bench', { address, quotaBytes: 2 ** 30, credentials: [] }),
        ),
      )
    }

    const settings = { 'connection-limits': true, 'api.requests-per-minute': 1_000_000, 'api.requests-per-minute-address': 1_000_000 }
    const rates = new Rates({ clock: systemClock, settings: () => settings })
    const routes = apiRoutes({
      rates,
      authenticate: async () => ({ caller: { principal: { kind: 'operator', operatorId: 1, name: 'bench' } } }),
      operate: (principal, name, input) => operate({ ...context, principal }, name, input),
    })
    const server = await httpServer([addressRates(rates), routes], { log: silent })
    const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
    scope.onEnd(async () => {
      await listener.close()
      await server.close()
    })
    const agent = new Agent({ keepAlive: true })
    scope.onEnd(async () => agent.destroy())
    const ask = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => call(agent, listener.address.port, name, input)

    // Mailboxes all of them.
    const address = (round: number) => `bob.u${1 + 30 * (round % 33)}@${domain}`
    const steps: Readonly<Record<string, readonly [limitMs: number, step: (round: number) => Promise<void>]>> = {
      'a page of 100 addresses': [listMs, () => ask('address.list', { limit: 100 })],
      'the same from the middle': [listMs, () => ask('address.list', { limit: 100, after: `bob.u5@${domain}` })],
      'those with a text in their name, and how many': [listMs, (round) => ask('address.list', { limit: 100, contains: `u${round}`, count: true })],
      'forwards of one domain': [listMs, () => ask('address.list', { limit: 100, kind: 'forward', domain })],
      'reading an address': [readMs, (round) => ask('address.show', { address: address(round) })],
      'changing its settings': [writeMs, (round) => ask('address.set', { address: address(round), values: { greylisting: round % 2 === 0 ? 'on' : 'off' } })],
      'changing its quota': [writeMs, (round) => ask('mailbox.set', { address: address(round), quota: `${(round % 9) + 1}G` })],
    }
    for (const [what, [limitMs, step]] of Object.entries(steps)) {
      const times: number[] = []
      for (let round = 0; round < rounds; round++) {
        const fromMs = performance.now()
        await step(round)
        times.push(performance.now() - fromMs)
      }
      times.sort((a, b) => a - b)
      bench.report.json('run', { what: `panel: ${what}`, times })
      bench.report.row({ what: `${what}, 99 of 100`, unit: 'ms', ours: [times[Math.floor(times.length * 0.99)] ?? 0], goal: valueAtMost(limitMs) })
      bench.report.row({ what: `${what}, median`, unit: 'ms', ours: [times[Math.floor(times.length / 2)] ?? 0] })
    }
  })
}

function call<Name extends OperationName>(agent: Agent, port: number, name: Name, input: OperationInput<Name>): Promise<void> {
  const { method, path, body } = restRequest(name, input)
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, agent, headers: body === undefined ? {} : { 'content-type': 'application/json' } }, (response) => {
      response.resume()
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${name}: ${response.statusCode}`))))
    })
      .on('error', reject)
      .end(body)
  })
}
