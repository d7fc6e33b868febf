import { after, before } from 'node:test'
import type { Browser } from 'playwright-core'
import { type NameServer, startNameServer, type Zone } from '../harness/name-server.ts'
import { password, Server } from '../harness/server.ts'
import { type Look, looks, noBrowser, openBrowser, Window } from './browser.ts'

/** Everybody's password in the panel's tests. */
export { password }

/** Whom the tests sign in as. The customers are apart: Ann's is A, Bob's is B. */
export const people = {
  /** Runs the installation. */
  operator: 'olga',
  /** Owner of customer A, by a mailbox of her own. */
  owner: 'ann@a.example',
  /** Uses a mailbox of customer A. */
  mailbox: 'max@a.example',
  /** Owner of customer B. */
  stranger: 'bob@b.example',
} as const

export type Somebody = keyof typeof people

/**
 * A server with two customers and a browser, for the tests of one file: call it inside of `describe`. `seed` makes what else the tests look at, through the
 * command line, which runs the same operations as the panel.
 */
interface PanelOptions {
  readonly seed?: (server: Server) => Promise<void>
  readonly settings?: readonly string[]
  /** What the DNS says; without it, what the system's says. */
  readonly zone?: Zone
  /** By a name, as passkeys want it. Without TLS, whose certificate the browser would have to trust: setting plaintext-login=loopback. */
  readonly byName?: boolean
}

export function usePanel({ seed, settings, zone, byName = false }: PanelOptions = {}) {
  const stack = new AsyncDisposableStack()
  let server: Server | undefined
  let browser: Browser | undefined
  let names: NameServer | undefined
  before(async () => {
    if (noBrowser !== false) return
    if (zone !== undefined) names = stack.use(await startNameServer(zone))
    const hostname = 'hostname = "mx.host.example"'
    server = stack.use(
      await Server.start({ ...(settings !== undefined && { settings }), ...(names !== undefined && { dns: [names.address], config: hostname }) }),
    )
    await fill(server)
    await seed?.(server)
    browser = stack.use(await openBrowser())
  })
  after(async () => await stack.disposeAsync())
  return {
    get server(): Server {
      if (server === undefined) throw new Error('there is no server yet')
      return server
    },
    get names(): NameServer {
      if (names === undefined) throw new Error('there is no name server')
      return names
    },
    /** A window of somebody who has signed in; without a name, of a stranger. */
    async open(somebody?: Somebody, look: Look | undefined = looks[0]): Promise<Window> {
      if (server === undefined || browser === undefined || look === undefined) throw new Error('there is no server yet')
      const origin = byName ? `http://localhost:${server.port('http')}` : `https://127.0.0.1:${server.port('https')}`
      const window = await Window.open(browser, origin, look)
      if (somebody !== undefined) await window.signIn(people[somebody], password)
      return window
    },
  }
}

async function fill(server: Server): Promise<void> {
  await server.posthorn(['operator', 'add', people.operator, '--password-stdin'], `${password}\n`)
  for (const [customer, domain, boxes] of [
    ['A', 'a.example', [people.owner, people.mailbox]],
    ['B', 'b.example', [people.stranger]],
  ] as const) {
    await server.posthorn(['customer', 'add', customer])
    await server.posthorn(['domain', 'add', domain, '--customer', customer])
    for (const address of boxes) await server.posthorn(['mailbox', 'add', address, '--password-stdin'], `${password}\n`)
  }
  await server.posthorn(['forward', 'add', 'old@a.example', '--to', people.stranger])
  await server.posthorn(['list', 'add', 'team@a.example', '--to', people.owner, '--to', people.mailbox, '--to', 'guest@c.example'])
  await server.posthorn(['person', 'add', people.owner, '--customer', 'A', '--role', 'owner'])
  await server.posthorn(['person', 'add', people.stranger, '--customer', 'B', '--role', 'owner'])
}
