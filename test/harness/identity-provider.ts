import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Somebody who gives out access tokens, on loopback: introspection (RFC 7662) and a key set (RFC 7517). */
export class IdentityProvider implements AsyncDisposable {
  /** Of each token that is no JWT: what introspection says. */
  readonly tokens = new Map<string, Record<string, unknown>>()
  /** Keys that the key set shows, by kid. */
  readonly keys = new Map<string, KeyObject>()
  /** What was asked, in order: paths. */
  readonly asked: string[] = []
  /** Instead of the right answer. */
  misbehave: ((response: ServerResponse) => void) | undefined
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider()
    provider.#server.listen(0, '127.0.0.1')
    await once(provider.#server, 'listening')
    return provider
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** A new key of the set; resolves to what signs with it. */
  addKey(kid: string): KeyObject {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.keys.set(kid, publicKey)
    return privateKey
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    this.asked.push(path)
    if (this.misbehave !== undefined) return this.misbehave(response)
    let body = ''
    for await (const piece of request) body += String(piece)
    const answer =
      path === '/keys' ? { keys: [...this.keys].map(([kid, key]) => ({ ...key.export({ format: 'jwk' }), kid })) } : this.#introspect(request, body)
    if (answer === undefined) response.writeHead(401).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  #introspect(request: IncomingMessage, body: string): Record<string, unknown> | undefined {
    const basic = Buffer.from('posthorn:s%3Acret').toString('base64')
    if (request.method !== 'POST' || request.headers.authorization !== `Basic ${basic}`) return undefined
    return this.tokens.get(new URLSearchParams(body).get('token') ?? '') ?? { active: false }
  }
}

/** A token signed by ES256, whatever is in it. */
export function jwt(key: KeyObject, claims: Record<string, unknown>, header: Record<string, unknown> = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'ES256', typ: 'at+jwt', ...header })}.${part(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
