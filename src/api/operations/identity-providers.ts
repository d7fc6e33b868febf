import { randomBytes } from 'node:crypto'
import { callbackPath } from '../../auth/oidc/sign-in.ts'
import type { Probed } from '../../auth/oidc/probe.ts'
import { removeIdentityProvider, setIdentityProvider, unlinkIdentity } from '../../directory/change/identity-providers.ts'
import type { IdentityProvider } from '../../directory/identity-provider.ts'
import type { DirectoryRefusal, Thing } from '../../directory/refusal.ts'
import { identityProviderQuery } from '../../directory/query/identity-providers.ts'
import { change, type OperationContext } from '../context.ts'
import type { OperationInput, OperationName } from '../contract.ts'
import { customerMeant } from '../customer-meant.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { readAddress, readDomain, readLabel } from '../reading.ts'
import { Refused } from '../refused.ts'

type SetInput = OperationInput<'identity-provider.set'>

/** A customer's own identity provider. */
export const identityProviderOperations: Operations<Extract<OperationName, `identity-provider.${string}`>> = {
  async 'identity-provider.show'(context, input) {
    const customer = await mustBeNamed(context, input.customer)
    const provider = await context.directory.query(identityProviderQuery, { customer })
    return { customer, provider: provider === undefined ? null : shown(provider) }
  },

  async 'identity-provider.set'(context, input) {
    const customer = await mustBeNamed(context, input.customer)
    const before = await context.directory.query(identityProviderQuery, { customer })
    const providerId = before?.providerId ?? randomBytes(9).toString('base64url')
    const given = await settled(context, input, before ?? { ...fresh, providerId })
    const test = given.isOn ? tested(await context.identityProviders.probe({ ...given, customerId: 0, version: -1 })) : null
    if (test?.good === false) throw notGood(test)
    const done = await change(context, setIdentityProvider, { customer, provider: given }, (refusal) => (isAbout(refusal, 'domain') ? 'domains' : 'customer'))
    return { ...done, test }
  },

  async 'identity-provider.test'(context, input) {
    const customer = await mustBeNamed(context, input.customer)
    const provider = await context.directory.query(identityProviderQuery, { customer })
    if (provider === undefined) throw directoryRefused({ code: 'unknown', thing: 'identity-provider', name: customer, near: undefined }, 'customer')
    return tested(await context.identityProviders.probe(provider))
  },

  async 'identity-provider.remove'(context, input) {
    return change(context, removeIdentityProvider, { customer: await mustBeNamed(context, input.customer) }, () => 'customer')
  },

  async 'identity-provider.unlink'(context, input) {
    const customer = await mustBeNamed(context, input.customer)
    return change(context, unlinkIdentity, { customer, name: readAddress('name', input.name) }, (refusal) =>
      isAbout(refusal, 'customer') ? 'customer' : 'name',
    )
  },
}

function isAbout(refusal: DirectoryRefusal, thing: Thing): boolean {
  return 'thing' in refusal && refusal.thing === thing
}

async function mustBeNamed(context: OperationContext, given: string | undefined): Promise<string> {
  const customer = await customerMeant(context, given)
  if (customer !== undefined) return customer
  throw new Refused('input', 'customer', { en: 'say which customer', de: 'bitte einen Kunden angeben' })
}

const fresh: Omit<Settled, 'providerId'> = {
  ...{ name: '', issuer: '', clientId: '', clientSecret: undefined, claim: 'email', domains: undefined },
  ...{ isOn: false, isRequired: false, vouches: false, mailTokens: 'off', audience: undefined },
}

type Settled = Omit<IdentityProvider, 'customerId' | 'version'>

/** As it is to be from now on, whole. */
async function settled(context: OperationContext, input: SetInput, before: Settled): Promise<Settled> {
  const { providerId } = before
  const now = {
    providerId,
    name: input.name === undefined ? before.name : readLabel('name', input.name),
    issuer: input.issuer === undefined ? before.issuer : readIssuer(input.issuer),
    clientId: input.clientId === undefined ? before.clientId : readId('clientId', input.clientId),
    clientSecret: before.clientSecret,
    claim: input.claim === undefined ? before.claim : readId('claim', input.claim),
    domains: input.domains === undefined ? before.domains : input.domains?.map((domain) => readDomain('domains', domain)),
    isOn: input.on ?? before.isOn,
    isRequired: input.required ?? before.isRequired,
    vouches: input.vouches ?? before.vouches,
    mailTokens: input.mailTokens ?? before.mailTokens,
    audience: input.audience === undefined ? before.audience : input.audience === null ? undefined : readId('audience', input.audience),
  }
  for (const field of ['name', 'issuer', 'clientId'] as const) if (now[field] === '') throw missing(field)
  if (now.mailTokens === 'signed' && now.audience === undefined) throw missing('audience')
  // The secret was given for the old address: whoever could only change that would be sent it.
  if (now.issuer !== before.issuer && input.clientSecret === undefined && before.clientSecret !== undefined) throw missing('clientSecret')
  if (input.clientSecret === undefined) return now
  const clientSecret = input.clientSecret === null ? undefined : await context.identityProviders.seal(input.clientSecret.trim(), now)
  return { ...now, clientSecret }
}

function shown(provider: IdentityProvider) {
  const { name, issuer, clientId, clientSecret, claim, domains, isOn, isRequired, vouches, mailTokens, audience } = provider
  return {
    ...{ name, issuer, clientId, hasSecret: clientSecret !== undefined, claim, domains: domains ?? null },
    ...{ on: isOn, required: isRequired, vouches, mailTokens, audience: audience ?? null, callbackPath: callbackPath(provider) },
  }
}

function tested(steps: readonly Probed[]) {
  return { good: steps.every(({ good }) => good), steps: steps.map(({ probe: step, good, detail }) => ({ step, good, detail: detail ?? null })) }
}

function notGood({ steps }: ReturnType<typeof tested>): Refused {
  const failed = steps.find(({ good }) => !good)
  const words = failed === undefined ? { en: '', de: '' } : failures[failed.step]
  return new Refused('conflict', failed?.step === 'client' ? 'clientSecret' : 'issuer', {
    en: `it was not switched on: ${words.en} (${failed?.detail})`,
    de: `nicht eingeschaltet: ${words.de} (${failed?.detail})`,
  })
}

const failures = {
  discovery: { en: 'what the service says of itself cannot be used', de: 'was der Dienst über sich sagt, ist nicht zu gebrauchen' },
  keys: { en: 'the service’s keys cannot be had', de: 'die Schlüssel des Dienstes sind nicht zu bekommen' },
  client: { en: 'the service does not know us by this id and secret', de: 'der Dienst kennt uns unter dieser Kennung und diesem Geheimnis nicht' },
  introspection: { en: 'the service cannot be asked about tokens', de: 'der Dienst lässt sich nicht nach Tokens fragen' },
} as const satisfies Record<Probed['probe'], { readonly en: string; readonly de: string }>

/** An issuer is compared octet by octet, so it stays as it was given (OpenID Connect Discovery 3: https:, no query and no fragment). */
function readIssuer(text: string): string {
  const issuer = text.trim()
  const url = URL.parse(issuer)
  if (url !== null && url.protocol === 'https:' && url.username === '' && url.password === '' && !/[?#]/.test(issuer)) return issuer
  throw new Refused('input', 'issuer', {
    en: `"${issuer}" is no issuer; right would be https://id.example.org, as the service itself says it`,
    de: `„${issuer}“ ist kein Aussteller; richtig wäre https://id.example.org, so wie der Dienst selbst es angibt`,
  })
}

/** Names that others have given: printable ASCII. */
function readId(field: string, text: string): string {
  const id = text.trim()
  if (/^[\x20-\x7e]{1,500}$/.test(id)) return id
  throw new Refused('input', field, { en: 'printable characters of ASCII, at most 500', de: 'sichtbare ASCII-Zeichen, höchstens 500' })
}

function missing(field: string): Refused {
  return new Refused('input', field, { en: `${field} is missing`, de: `${field} fehlt` })
}
