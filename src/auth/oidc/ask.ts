import { type Outside, OutsideFailed } from '../../outside/outside.ts'
import { type JsonRequest, jsonObject } from '../oauth/fetch-json.ts'
import { VerifierUnavailable } from '../oauth/verifier.ts'

/** For the whole answer: somebody waits for it. */
const timeoutMs = 5_000
/** Octets of an answer: a few dozen keys, or what a provider says of itself. */
const maxOctets = 256 * 1024

/** How a provider that a customer names is asked. */
export type AskOutside = Pick<Outside, 'request'>

/** Whatever the status. @throws VerifierUnavailable */
export async function ask(outside: AskOutside, url: URL, request: JsonRequest): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const { status, octets } = await outside.request(url, { ...request, timeoutMs, maxOctets })
    return { status, text: octets.toString('utf8') }
  } catch (cause) {
    if (!(cause instanceof OutsideFailed)) throw cause
    throw new VerifierUnavailable(`${url.origin} cannot be asked: ${cause.message}`, { cause })
  }
}

/** A JSON object, with status 200. @throws VerifierUnavailable */
export async function askForJson(outside: AskOutside, url: URL, request: JsonRequest): Promise<Readonly<Record<string, unknown>>> {
  const { status, text } = await ask(outside, url, request)
  if (status !== 200) throw new VerifierUnavailable(`${url.origin} answers with status ${status}`)
  return jsonObject(url, text)
}
