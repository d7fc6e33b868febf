import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { appleProfile } from '../autoconfig/apple.ts'
import { autodiscoverError, autodiscoverResponse, requestedAddress } from '../autoconfig/autodiscover.ts'
import type { MailServer, MailSetup, TokenProvider } from '../autoconfig/servers.ts'
import { clientConfig } from '../autoconfig/thunderbird.ts'
import type { Clock } from '../base/clock.ts'
import type { Language } from '../base/language.ts'
import { type Address, parseAddress } from '../mail/address.ts'
import { parseDomain } from '../mail/domain.ts'
import { languageOf } from './language.ts'
import { sendProblem } from './problem.ts'
import type { Routes } from './server.ts'

export interface MailSetupDependencies {
  /** What the provider calls itself. */
  readonly provider: () => string
  /** Where HTTPS is found, "https://mx.example.org"; Outlook wants it whole. */
  readonly origin: () => string
  readonly servers: () => readonly MailServer[]
  /** Undefined, or nothing: no tokens are given. */
  readonly tokens?: () => TokenProvider | undefined
  readonly isOurs: (domain: string) => Promise<boolean>
  /** Undefined: it cannot be signed with the key that there is. */
  readonly sign: (profile: Uint8Array) => Uint8Array | undefined
  readonly clock: Clock
}

/** Octets of an Autodiscover request: real ones have some 500. */
const maxRequestBytes = 16 * 1024
/** Outlook and its kin spell it in each of these. */
const autodiscoverPaths = [
  '/autodiscover/autodiscover.xml',
  '/Autodiscover/Autodiscover.xml',
  '/AutoDiscover/AutoDiscover.xml',
  '/autodiscover/Autodiscover.xml',
]

/**
 * Mail programs set themselves up (SPEC C11). They ask by domain, before anybody has signed in, so an answer says what the domain's MX record says too:
 * that it is ours. Whether an address exists stays unsaid.
 */
export function mailSetupRoutes(dependencies: MailSetupDependencies): Routes {
  const { origin, isOurs, sign, clock } = dependencies
  const setupOf = async (text: string, language: Language = 'en'): Promise<MailSetup | undefined> => {
    const address = parseAddress(text.trim())
    if (address === undefined || !(await isOurs(address.domain))) return undefined
    return { provider: dependencies.provider(), address, servers: dependencies.servers(), tokens: dependencies.tokens?.(), language }
  }

  return (app) => {
    for (const path of ['/.well-known/autoconfig/mail/config-v1.1.xml', '/mail/config-v1.1.xml']) {
      app.get(path, async (request, reply) => {
        const setup = await setupOf(queryOf(request, 'emailaddress') ?? `x@${askedHost(request)}`)
        return setup === undefined ? notOurs(reply) : sendXml(reply, clientConfig(setup))
      })
    }
    app.get('/setup/apple.mobileconfig', async (request, reply) => {
      const setup = await setupOf(queryOf(request, 'address') ?? '', languageOf(request))
      const profile = setup === undefined ? undefined : appleProfile(setup)
      if (setup === undefined || profile === undefined) return notOurs(reply)
      const octets = Buffer.from(profile)
      return reply
        .type('application/x-apple-aspen-config')
        .header('content-disposition', `attachment; filename="${fileName(setup.address)}.mobileconfig"`)
        .send(sign(octets) ?? octets)
    })
    for (const path of ['/autodiscover/autodiscover.json', '/autodiscover/autodiscover.json/v1.0/:email']) {
      app.get(path, async (request, reply) => {
        const { email } = request.params as { readonly email?: string }
        const protocol = queryOf(request, 'protocol') ?? ''
        if ((await setupOf(email ?? queryOf(request, 'email') ?? '')) === undefined) return notOurs(reply)
        if (protocol.toLowerCase() === 'autodiscoverv1') return reply.send({ Protocol: 'AutodiscoverV1', Url: `${origin()}${autodiscoverPaths[0]}` })
        return reply.code(400).send({
          ErrorCode: 'InvalidProtocol',
          ErrorMessage: `The given protocol value '${protocol.slice(0, 50)}' is invalid. Supported values are 'AutodiscoverV1'`,
        })
      })
    }
    void app.register(async (xml: FastifyInstance) => {
      xml.addContentTypeParser(['text/xml', 'application/xml'], { parseAs: 'string', bodyLimit: maxRequestBytes }, (_, body, done) => done(null, body))
      for (const path of autodiscoverPaths) {
        xml.post(path, async (request, reply) => {
          const setup = await setupOf(typeof request.body === 'string' ? (requestedAddress(request.body) ?? '') : '')
          return sendXml(reply, setup === undefined ? autodiscoverError(clock.now()) : autodiscoverResponse(setup))
        })
      }
    })
  }
}

/** The parameter, whatever the case of its name: programs do not agree on it. */
function queryOf(request: FastifyRequest, name: string): string | undefined {
  const found = Object.entries(request.query as Readonly<Record<string, unknown>>).find(([key]) => key.toLowerCase() === name)
  return typeof found?.[1] === 'string' ? found[1] : undefined
}

/** `autoconfig.a.example` is asked for a.example's. */
function askedHost(request: FastifyRequest): string {
  return parseDomain(request.hostname.replace(/^(?:autoconfig|www|mail)\./i, '')) ?? ''
}

function fileName({ localPart, domain }: Address): string {
  return `${localPart}-${domain}`.replaceAll(/[^\w.-]/g, '_').slice(0, 100)
}

function sendXml(reply: FastifyReply, xml: string): FastifyReply {
  return reply.header('content-type', 'text/xml; charset=utf-8').send(xml)
}

function notOurs(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, { status: 404, title: 'Not Found', detail: 'no domain of this server is asked for' })
}
