import { parseDomain } from '../mail/domain.ts'
import { sendProblem } from './problem.ts'
import type { Routes } from './server.ts'

export interface WellKnownDependencies {
  readonly isOurs: (domain: string) => Promise<boolean>
  /** The MTA-STS policy of our domains; undefined: there is none. */
  readonly stsPolicy: () => string | undefined
  /** Whom to tell of a hole in security, a URI (RFC 9116 2.5.3); '': nobody said so. */
  readonly securityContact: () => string
  readonly nowMs: () => number
}

/** The policy host of a domain (RFC 8461 3.3). */
const policyHost = 'mta-sts.'
/** RFC 9116 2.5.5 wants less than a year; whoever reads it later asks again. */
const securityTextMs = 30 * 86_400_000

/** Where a password is changed, for password managers (W3C: A Well-Known URL for Changing Passwords). */
const changePasswordPath = '/panel/security'

/** What everybody may ask a host (RFC 8615). Where a thing is not there, nothing is invented: 404. */
export function wellKnownRoutes({ isOurs, stsPolicy, securityContact, nowMs }: WellKnownDependencies): Routes {
  return (app) => {
    app.get('/.well-known/mta-sts.txt', async (request, reply) => {
      const host = request.hostname.toLowerCase()
      const domain = host.startsWith(policyHost) ? parseDomain(host.slice(policyHost.length)) : undefined
      const policy = stsPolicy()
      if (policy === undefined || domain === undefined || !(await isOurs(domain))) {
        return sendProblem(reply, { status: 404, title: 'Not Found', detail: 'there is no policy of this host' })
      }
      return reply.type('text/plain').send(policy)
    })
    app.get('/.well-known/security.txt', (_, reply) => {
      const contact = securityContact()
      if (contact === '') return sendProblem(reply, { status: 404, title: 'Not Found', detail: 'there is no security.txt' })
      const expires = new Date(nowMs() + securityTextMs).toISOString()
      return reply.type('text/plain; charset=utf-8').send(`Contact: ${contact}\r\nExpires: ${expires}\r\nPreferred-Languages: de, en\r\n`)
    })
    app.get('/.well-known/change-password', (_, reply) => reply.redirect(changePasswordPath, 302))
  }
}
