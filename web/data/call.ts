import type { OperationInput, OperationName, OperationOutput } from '../../src/api/contract.ts'
import { restRequest } from '../../src/api/rest.ts'
import { currentLanguage } from '../text/language.ts'
import { problemOf, unreached } from './problem.ts'

export type { OperationInput, OperationName, OperationOutput }

/** Does an operation on the server. @throws Problem */
export async function call<Name extends OperationName>(name: Name, input: OperationInput<Name>, signal?: AbortSignal): Promise<OperationOutput<Name>> {
  const { method, path, body } = restRequest(name, input)
  return (await ask(path, { method, body, signal })) as OperationOutput<Name>
}

/** One request to this server, for what is no operation: signing in. Undefined where the answer has no content. @throws Problem */
export async function ask(
  path: string,
  { method = 'GET', body, signal }: { method?: string; body?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<unknown> {
  const language = currentLanguage()
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': language }
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(path, { method, body: body ?? null, headers, signal: signal ?? null, cache: 'no-store' })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw unreached(language)
  }
  if (!response.ok) throw await problemOf(response, language)
  return response.status === 204 ? undefined : await response.json()
}
