import { randomBytes } from 'node:crypto'
import { addOauthClient, removeOauthClient } from '../../directory/change/oauth-clients.ts'
import { removeGrant } from '../../directory/change/grants.ts'
import { listGrants } from '../../directory/query/grants.ts'
import { oauthClients } from '../../directory/query/oauth.ts'
import { change } from '../context.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { readAddress, readLabel } from '../reading.ts'
import { Refused } from '../refused.ts'

/** Of a list. */
const maxClients = 1000

/** Programs that come by tokens of our own provider (auth/provider). */
export const grantOperations: Operations<'grant.list' | 'grant.remove' | 'oauth-client.add' | 'oauth-client.list' | 'oauth-client.remove'> = {
  async 'grant.list'(context, input) {
    const listed = await context.directory.query(listGrants, { address: readAddress('address', input.address) })
    if (listed.refused !== undefined) throw directoryRefused(listed.refused, 'address')
    const grants = listed.found.map(({ credentialId: id, program, protocols, createdAtMs, lastUsedMs }) => ({
      ...{ id, program, protocols: [...protocols], created: day(createdAtMs), lastUsed: lastUsedMs === null ? null : day(lastUsedMs) },
    }))
    return { grants }
  },

  async 'grant.remove'(context, input) {
    const args = { address: readAddress('address', input.address), credentialId: input.id }
    return change(context, removeGrant, args, (refusal) => ('thing' in refusal && refusal.thing === 'grant' ? 'id' : 'address'))
  },

  async 'oauth-client.add'(context, input) {
    const name = readLabel('name', input.name)
    const redirects = [...new Set(input.redirects.map(readRedirect))]
    const clientId = randomBytes(15).toString('base64url')
    // With an address in the web alone, it is somewhere else than who uses it; the library has rules for each (OpenID Connect Registration 2).
    const type = redirects.every((redirect) => redirect.startsWith('https:')) ? 'web' : 'native'
    const metadata = JSON.stringify({ client_id: clientId, client_name: name, application_type: type, redirect_uris: redirects })
    const done = await change(context, addOauthClient, { clientId, name, metadata }, () => 'name')
    return { ...done, redirects }
  },

  async 'oauth-client.list'(context) {
    const found = await context.directory.query(oauthClients, { limit: maxClients })
    return {
      clients: found.map(({ clientId, name, madeBy, metadata, createdAtMs, lastUsedMs }) => ({
        ...{ clientId, name, madeBy, redirects: redirectsIn(metadata), created: day(createdAtMs), lastUsed: lastUsedMs === null ? null : day(lastUsedMs) },
      })),
    }
  },

  async 'oauth-client.remove'(context, input) {
    return change(context, removeOauthClient, { clientId: input.clientId.trim() }, () => 'clientId')
  },
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function redirectsIn(metadata: string): string[] {
  return (JSON.parse(metadata) as { readonly redirect_uris: string[] }).redirect_uris
}

/** As programs say it, octet for octet. Without TLS only to this device; schemes of browsers themselves run what they are given. */
function readRedirect(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const hosts = ['127.0.0.1', '[::1]', 'localhost']
  const good =
    url?.protocol === 'http:' ? hosts.includes(url.hostname) : url?.protocol === 'https:' ? !hosts.includes(url.hostname) : url?.protocol.includes('.')
  if (good === true && url?.hash === '') return text
  throw new Refused('input', 'redirects', {
    en: `"${text}" is no address that a program could go back to; right would be https://webmail.example.org/back, http://127.0.0.1/back or org.example.app:/back`,
    de: `„${text}“ ist keine Adresse, zu der ein Programm zurückkehren könnte; richtig wäre https://webmail.example.org/back, http://127.0.0.1/back oder org.example.app:/back`,
  })
}
