import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { addGrant } from '../../directory/change/grants.ts'
import type { AccessProtocol } from '../../directory/change/credentials.ts'
import type { Directory } from '../../directory/directory.ts'
import { oauthClient } from '../../directory/query/oauth.ts'
import type { AccountId } from '../../mail/ids.ts'
import { staysHere } from './registration.ts'
import { protocolsOf } from './scopes.ts'

/** What somebody is asked: may this program open the mailbox? */
export interface Question {
  /** What the program calls itself; '': nothing. */
  readonly program: string
  /** The operator knows it; else anybody may have called it so. */
  readonly known: boolean
  readonly protocols: readonly AccessProtocol[]
  /** The host that gets the answer; null: a program on the device that asks. */
  readonly site: string | null
  /** The mailbox that the program says it is about; null: it does not say. */
  readonly wanted: string | null
}

/** Who is asked, by the session of the web pages. */
export interface Asked {
  readonly accountId: AccountId
  /** What they are signed in with. */
  readonly passwordId: number
  readonly sessionId: string
  readonly signedInAtMs: number
  /** For the audit. */
  readonly actor: string
}

/** The requests of a browser that was sent here by a program: its cookie says which question is meant. */
export class Consent {
  readonly #provider: Provider
  readonly #directory: Pick<Directory, 'query' | 'change'>

  constructor(provider: Provider, directory: Pick<Directory, 'query' | 'change'>) {
    this.#provider = provider
    this.#directory = directory
  }

  /** Undefined: nothing is asked of this browser, or no longer. */
  async question(uid: string, request: IncomingMessage, response: ServerResponse): Promise<Question | undefined> {
    const found = await this.#find(uid, request, response)
    if (found === undefined) return undefined
    const { client, scopes, redirect, hint } = found
    return {
      program: client.name,
      known: client.madeBy === 'operator',
      protocols: protocolsOf(scopes),
      site: staysHere(redirect) || !/^https?:/.test(redirect) ? null : new URL(redirect).host,
      wanted: hint,
    }
  }

  /** Resolves to where the browser is to go now; undefined: as above, or they are not who they were any more. */
  async answer(uid: string, asked: Asked | undefined, request: IncomingMessage, response: ServerResponse): Promise<string | undefined> {
    const found = await this.#find(uid, request, response)
    if (found === undefined) return undefined
    if (asked === undefined) return await this.#finish(request, response, { error: 'access_denied', error_description: 'they said no' })
    const { accountId, passwordId, sessionId, signedInAtMs, actor } = asked
    const { client, scopes } = found
    const granted = { accountId, passwordId, clientId: client.clientId, program: client.name, scopes, protocols: protocolsOf(scopes) }
    const { done } = await this.#directory.change(addGrant, actor, granted)
    if (done === undefined) return undefined
    const login = { accountId: String(accountId), ts: Math.floor(signedInAtMs / 1000), remember: false }
    return await this.#finish(request, response, { login, consent: { grantId: String(done.credentialId) }, session: sessionId })
  }

  /**
   * May this browser take the answer along? Only the one in which it was given: the cookies that say which question is meant could be planted by a neighbour under the
   * same domain, who would get somebody's yes for a question of their own; the session's cannot.
   */
  async mayReturn(uid: string, sessionId: string | undefined): Promise<boolean> {
    const result: unknown = (await this.#provider.Interaction.find(uid))?.result
    const given = typeof result === 'object' && result !== null && 'session' in result ? result.session : undefined
    return given === undefined || given === sessionId
  }

  async #finish(request: IncomingMessage, response: ServerResponse, result: Record<string, unknown>): Promise<string> {
    const to = new URL(await this.#provider.interactionResult(request, response, result, { mergeWithLastSubmission: false }))
    return to.pathname
  }

  async #find(uid: string, request: IncomingMessage, response: ServerResponse) {
    const asked = await this.#provider.interactionDetails(request, response).catch(() => undefined)
    if (asked === undefined || asked.uid !== uid) return undefined
    const { client_id: clientId, scope, redirect_uri: redirect, login_hint: hint } = asked.params
    const client = await this.#directory.query(oauthClient, { clientId: textOf(clientId) })
    if (client === undefined) return undefined
    return { client, scopes: textOf(scope).split(' '), redirect: textOf(redirect), hint: textOf(hint) === '' ? null : textOf(hint).slice(0, 320) }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
