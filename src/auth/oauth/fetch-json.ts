import { VerifierUnavailable } from './verifier.ts'

/** For the whole answer: a client waits for it. */
const timeoutMs = 5_000
/** Octets of an answer: a few dozen keys, or one token's claims. */
const maxOctets = 256 * 1024

/** How a provider is asked. @throws VerifierUnavailable */
export type AskJson = (url: URL, request: JsonRequest) => Promise<Readonly<Record<string, unknown>>>

export interface JsonRequest {
  readonly method?: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Asks the provider that the operator names, and takes a JSON object for an answer. Follows no redirect. @throws VerifierUnavailable */
export async function fetchJson(url: URL, request: JsonRequest): Promise<Readonly<Record<string, unknown>>> {
  let text: string
  try {
    const response = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`status ${response.status}`)
    }
    text = await limitedText(response)
  } catch (cause) {
    throw new VerifierUnavailable(`${url.origin} cannot be asked`, { cause })
  }
  return jsonObject(url, text)
}

/** @throws VerifierUnavailable */
export function jsonObject({ origin }: URL, text: string): Readonly<Record<string, unknown>> {
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new VerifierUnavailable(`${origin} answers no JSON object`)
  return value as Record<string, unknown>
}

async function limitedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let octets = 0
  const body: AsyncIterable<Uint8Array> | null = response.body
  for await (const piece of body ?? []) {
    octets += piece.length
    if (octets > maxOctets) throw new Error(`more than ${maxOctets} octets`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** RFC 6749 2.3.1: both are form-encoded before they are joined. */
export function basicAuthorization(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`
}
