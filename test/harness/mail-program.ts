import { createHash, randomBytes } from 'node:crypto'
import { password, type Server } from './server.ts'
import { askOverTls, type WebAnswer } from './web.ts'

/** A browser's cookies: by name, whatever their path. */
export class CookieJar {
  readonly #port: number
  readonly #cookies = new Map<string, string>()

  constructor(server: Server) {
    this.#port = server.port('https')
  }

  static async signedIn(server: Server, name: string): Promise<CookieJar> {
    const jar = new CookieJar(server)
    const { status, text } = await jar.ask('POST', '/api/session', { name, password })
    if (status !== 200) throw new Error(text)
    return jar
  }

  /** What a neighbour under the same domain could plant in another browser. */
  lend(other: CookieJar, names: RegExp): void {
    for (const [name, value] of this.#cookies) if (names.test(name)) other.#cookies.set(name, value)
  }

  /** As a page of the server, or its address bar, does it. */
  async ask(method: string, path: string, body?: unknown): Promise<WebAnswer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { 'sec-fetch-site': 'same-origin', cookie, ...(body !== undefined && { 'content-type': 'application/json' }) }
    const answer = await askOverTls(this.#port, { method, path, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    for (const text of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
  readonly id_token?: string
}

export const mailScope = 'urn:ietf:params:oauth:scope:mail'

/** A mail program of somebody's, which comes by tokens as RFC 8252 says. */
export class MailProgram {
  readonly #server: Server
  readonly clientId: string
  readonly redirect: string
  readonly #verifier = randomBytes(32).toString('base64url')

  constructor(server: Server, clientId: string, redirect: string) {
    this.#server = server
    this.clientId = clientId
    this.redirect = redirect
  }

  static async register(server: Server, redirect = 'http://127.0.0.1/back'): Promise<MailProgram> {
    const { status, json, text } = await registration(server, { client_name: 'Test Mail', redirect_uris: [redirect] })
    if (status !== 201) throw new Error(text)
    return new MailProgram(server, (json as { readonly client_id: string }).client_id, redirect)
  }

  /** Where it sends the browser. */
  question(changed: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: this.redirect.replace('127.0.0.1/', '127.0.0.1:45678/'),
      scope: mailScope,
      state: 'abc',
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changed,
    })
    return `/oauth/authorize?${query.toString()}`
  }

  /** Resolves to where the browser is sent back, with the code. */
  async authorize(browser: CookieJar, changed: Readonly<Record<string, string>> = {}, allow = true): Promise<URL> {
    const asked = await browser.ask('GET', this.question(changed))
    const page = String(asked.headers['location'])
    if (!page.startsWith('/oauth/consent/')) throw new Error(`${asked.status} ${page} ${asked.text}`)
    const { status, json, text } = await browser.ask('POST', `${page}/answer`, { allow })
    if (status !== 200) throw new Error(text)
    const back = await browser.ask('GET', (json as { readonly to: string }).to)
    return new URL(String(back.headers['location']))
  }

  async tokens(browser: CookieJar, changed: Readonly<Record<string, string>> = {}): Promise<Tokens> {
    const back = await this.authorize(browser, changed)
    const { status, json, text } = await this.redeem(back.searchParams.get('code') ?? '')
    if (status !== 200) throw new Error(text)
    return json as Tokens
  }

  redeem(code: string, changed: Readonly<Record<string, string>> = {}): Promise<WebAnswer> {
    const redirect = this.redirect.replace('127.0.0.1/', '127.0.0.1:45678/')
    return this.#form('/oauth/token', { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: this.#verifier, ...changed })
  }

  refresh(token: string): Promise<WebAnswer> {
    return this.#form('/oauth/token', { grant_type: 'refresh_token', refresh_token: token })
  }

  revoke(token: string): Promise<WebAnswer> {
    return this.#form('/oauth/revoke', { token })
  }

  #form(path: string, fields: Readonly<Record<string, string>>): Promise<WebAnswer> {
    const body = new URLSearchParams({ client_id: this.clientId, ...fields }).toString()
    return askOverTls(this.#server.port('https'), { method: 'POST', path, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  }
}

export function registration(server: Server, metadata: unknown): Promise<WebAnswer> {
  const body = JSON.stringify(metadata)
  return askOverTls(server.port('https'), { method: 'POST', path: '/oauth/register', body, headers: { 'content-type': 'application/json' } })
}
