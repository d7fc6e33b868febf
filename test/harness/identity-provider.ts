import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { keepSelfSigned } from '../../src/app/self-signed.ts'

/** What somebody is let in with: the query of the request, and what the ID token says of them. */
interface Granted {
  readonly query: URLSearchParams
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * Somebody who gives out tokens, on loopback: access tokens with introspection (RFC 7662) and a key set (RFC 7517), and sign-in by OpenID Connect's
 * authorization code flow (Core 3.1, with PKCE). Tests change its answers.
 */
export class IdentityProvider implements AsyncDisposable {
  /** Of each token that is no JWT: what introspection says. */
  readonly tokens = new Map<string, Record<string, unknown>>()
  /** Keys that the key set shows, by kid. */
  readonly keys = new Map<string, KeyObject>()
  /** What was asked, in order: paths. */
  readonly asked: string[] = []
  /** Instead of the right answer. */
  misbehave: ((response: ServerResponse, path: string) => void) | undefined
  /** What the next one to sign in is known by. */
  user: Record<string, unknown> = {}
  /** Said of that one only when it is asked. */
  userinfo: Record<string, unknown> = {}
  /** In place of what is right, in ID tokens, metadata and what the browser brings back; undefined: left out. */
  claims: Record<string, unknown> = {}
  metadata: Record<string, unknown> = {}
  answer: Record<string, string | undefined> = {}
  /** Signs ID tokens instead of the published key. */
  signer: KeyObject | undefined
  clientId = 'posthorn'
  clientSecret = 's:cret'
  /** Where its certificate is, for who is to trust it; undefined: it has none. */
  certificateFile: string | undefined
  readonly #granted = new Map<string, Granted>()
  #signs: KeyObject | undefined
  #server = createServer()

  /** By plain HTTP; with `tls`, as https://localhost. */
  static async start({ tls = false }: { readonly tls?: boolean } = {}): Promise<IdentityProvider> {
    const provider = new IdentityProvider()
    if (tls) {
      const folder = await mkdtemp(path.join(tmpdir(), 'identity-provider-'))
      const { chain, key } = await keepSelfSigned(folder, 'localhost', Date.now())
      provider.certificateFile = path.join(folder, 'certificate.pem')
      provider.#server = createTlsServer({ cert: chain, key })
    }
    provider.#server.on('request', (request: IncomingMessage, response: ServerResponse) => void provider.#serve(request, response))
    provider.#server.listen(0, '127.0.0.1')
    await once(provider.#server, 'listening')
    return provider
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo
    return this.certificateFile === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`
  }

  /** A new key of the set; resolves to what signs with it. */
  addKey(kid: string): KeyObject {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.keys.set(kid, publicKey)
    return privateKey
  }

  /** What a browser does at the address that it is sent to: resolves to what it brings back. */
  async signIn(location: string): Promise<URLSearchParams> {
    const { searchParams } = new URL(location)
    return new URL(this.#authorize(searchParams)).searchParams
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
    if (this.certificateFile !== undefined) await rm(path.dirname(this.certificateFile), { recursive: true })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url)
    this.asked.push(pathname)
    if (this.misbehave !== undefined) return this.misbehave(response, pathname)
    let body = ''
    for await (const piece of request) body += String(piece)
    if (pathname === '/authorize') return void response.writeHead(302, { location: this.#authorize(searchParams) }).end()
    const { status, json } = this.#answer(pathname, request, new URLSearchParams(body))
    response.writeHead(status, { 'content-type': 'application/json' }).end(json === undefined ? '' : JSON.stringify(json))
  }

  #answer(pathname: string, request: IncomingMessage, form: URLSearchParams): { readonly status: number; readonly json?: unknown } {
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return { status: 200, json: this.#said() }
      case '/keys':
        return { status: 200, json: { keys: [...this.keys].map(([kid, key]) => ({ ...key.export({ format: 'jwk' }), kid })) } }
      case '/token':
        return this.#knows(request) ? this.#redeem(form) : { status: 401, json: { error: 'invalid_client' } }
      case '/userinfo':
        return request.headers.authorization === 'Bearer access' ? { status: 200, json: { sub: this.user['sub'], ...this.userinfo } } : { status: 401 }
      case '/introspect':
        return request.method === 'POST' && this.#knows(request)
          ? { status: 200, json: this.tokens.get(form.get('token') ?? '') ?? { active: false } }
          : { status: 401 }
      default:
        return { status: 404 }
    }
  }

  #said(): Record<string, unknown> {
    const { url } = this
    return {
      ...{ issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token`, jwks_uri: `${url}/keys` },
      ...{ userinfo_endpoint: `${url}/userinfo`, introspection_endpoint: `${url}/introspect`, response_types_supported: ['code'] },
      ...{ code_challenge_methods_supported: ['S256'], authorization_response_iss_parameter_supported: true },
      ...this.metadata,
    }
  }

  #authorize(query: URLSearchParams): string {
    const code = randomBytes(8).toString('hex')
    this.#granted.set(code, { query, claims: this.user })
    const back = new URL(query.get('redirect_uri') ?? '')
    const answer = { code, state: query.get('state') ?? '', iss: this.url, ...this.answer }
    for (const [name, value] of Object.entries(answer)) if (value !== undefined) back.searchParams.set(name, value)
    return back.href
  }

  #knows({ headers }: IncomingMessage): boolean {
    const basic = Buffer.from(`${encodeURIComponent(this.clientId)}:${encodeURIComponent(this.clientSecret)}`).toString('base64')
    return headers.authorization === `Basic ${basic}`
  }

  /** A code is good once, for who asked for it (RFC 6749 4.1.3, RFC 7636 4.6). */
  #redeem(form: URLSearchParams): { readonly status: number; readonly json: unknown } {
    const code = form.get('code') ?? ''
    const granted = this.#granted.get(code)
    this.#granted.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const fits = granted?.query.get('code_challenge') === challenge && granted.query.get('redirect_uri') === form.get('redirect_uri')
    if (granted === undefined || !fits) return { status: 400, json: { error: 'invalid_grant' } }
    const seconds = Math.floor(Date.now() / 1000)
    const right = { iss: this.url, aud: this.clientId, iat: seconds, exp: seconds + 300, nonce: granted.query.get('nonce') ?? undefined }
    this.#signs ??= this.addKey('id')
    const idToken = jwt(this.signer ?? this.#signs, { ...right, ...granted.claims, ...this.claims }, { kid: 'id', typ: 'JWT' })
    return { status: 200, json: { token_type: 'Bearer', access_token: 'access', id_token: idToken } }
  }
}

/** A token signed by ES256, whatever is in it. */
export function jwt(key: KeyObject, claims: Record<string, unknown>, header: Record<string, unknown> = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'ES256', typ: 'at+jwt', ...header })}.${part(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}
