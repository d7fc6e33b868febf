import { Agent, request } from 'node:https'
import type { OperationInput, OperationName } from '../../src/api/contract.ts'
import { restRequest } from '../../src/api/rest.ts'
import type { Server } from './server.ts'

export interface WebAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  /** Undefined: the text is no JSON. */
  readonly json: unknown
}

export interface WebRequest {
  readonly method: string
  /** From the root. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** Each request on a connection of its own, so that several processes are asked. */
export function askOverTls(port: number, { method, path, headers = {}, body }: WebRequest): Promise<WebAnswer> {
  const agent = new Agent({ rejectUnauthorized: false })
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOf(text) })
      })
    })
      .on('error', reject)
      .end(body)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Somebody at the API of a running server. */
export class WebClient {
  readonly #port: number
  readonly #headers: Readonly<Record<string, string>>

  /** @param headers that prove who asks; none: nobody */
  constructor(server: Server, headers: Readonly<Record<string, string>> = {}) {
    this.#port = server.port('https')
    this.#headers = headers
  }

  /** As a page does it: with the cookie of a session. */
  static async signIn(server: Server, name: string, password: string): Promise<WebClient> {
    const nobody = new WebClient(server, { 'sec-fetch-site': 'same-origin' })
    const { status, headers, text } = await nobody.request('POST', '/api/session', JSON.stringify({ name, password }))
    if (status !== 200) throw new Error(`${name} was not signed in: ${text}`)
    const cookie = String(headers['set-cookie']).split(';')[0] ?? ''
    return new WebClient(server, { 'sec-fetch-site': 'same-origin', cookie })
  }

  request(method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}): Promise<WebAnswer> {
    const type: Readonly<Record<string, string>> = body === undefined ? {} : { 'content-type': 'application/json' }
    return askOverTls(this.#port, { method, path, body, headers: { ...this.#headers, ...type, ...headers } })
  }

  call<Name extends OperationName>(name: Name, input: OperationInput<Name>, headers: Readonly<Record<string, string>> = {}): Promise<WebAnswer> {
    const { method, path, body } = restRequest(name, input)
    return this.request(method, path, body, headers)
  }
}
