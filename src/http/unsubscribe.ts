import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Language } from '../base/language.ts'
import { type Address, parseAddress } from '../mail/address.ts'
import { languageOf } from './language.ts'
import { plainPage, plainPagePolicy } from './plain-page.ts'
import { sendProblem } from './problem.ts'
import type { Routes } from './server.ts'

export interface UnsubscribeDependencies {
  /** Takes the member whose address this is off the list; false: it is no such address, or made up. Who has left already has left. */
  readonly leave: (by: Address) => Promise<boolean>
}

export const unsubscribePath = '/unsubscribe/'

/** Octets of a form with one field in it. */
const maxFormBytes = 2048

/**
 * Leaving a distribution list by one click (RFC 8058 3.2). Looking at the page does nothing, since mail programs and scanners follow links; it has the click
 * for people. Whose address is in the link is not said to who has only the link.
 */
export function unsubscribeRoutes({ leave }: UnsubscribeDependencies): Routes {
  return (app) => {
    app.get(`${unsubscribePath}:by`, (request, reply) => {
      const { question, button } = words[languageOf(request)]
      return sendPage(request, reply, `<p>${question}</p><form method="post"><button name="List-Unsubscribe" value="One-Click">${button}</button></form>`)
    })
    void app.register(async (forms: FastifyInstance) => {
      forms.addContentTypeParser(
        ['application/x-www-form-urlencoded', 'multipart/form-data'],
        { parseAs: 'string', bodyLimit: maxFormBytes },
        (_, body, done) => done(null, body),
      )
      forms.post(`${unsubscribePath}:by`, async (request, reply) => {
        const { by } = request.params as { readonly by: string }
        if (typeof request.body !== 'string' || !/List-Unsubscribe(?:=|"\s+)One-Click\b/.test(request.body)) {
          return sendProblem(reply, { status: 400, title: 'Bad Request', detail: 'List-Unsubscribe=One-Click is missing (RFC 8058)' })
        }
        const address = parseAddress(by)
        if (address === undefined || !(await leave(address))) {
          return sendPage(request, reply.code(404), `<p>${words[languageOf(request)].unknown}</p>`)
        }
        return sendPage(request, reply, `<p>${words[languageOf(request)].done}</p>`)
      })
    })
  }
}

const words = {
  en: {
    title: 'Leave the list',
    question: 'Get no more mail of this distribution list?',
    button: 'Leave the list',
    done: 'Done: you get no more mail of this list.',
    unknown: 'This link belongs to no list here. Perhaps a part of it is missing.',
  },
  de: {
    title: 'Verteiler verlassen',
    question: 'Keine Mail dieses Verteilers mehr bekommen?',
    button: 'Verteiler verlassen',
    done: 'Erledigt: Sie bekommen keine Mail dieses Verteilers mehr.',
    unknown: 'Dieser Link gehört zu keinem Verteiler hier. Vielleicht fehlt ein Teil davon.',
  },
} as const satisfies Record<Language, unknown>

function sendPage(request: FastifyRequest, reply: FastifyReply, body: string): FastifyReply {
  const language = languageOf(request)
  const { title } = words[language]
  return reply
    .header('content-security-policy', plainPagePolicy)
    .type('text/html; charset=utf-8')
    .send(plainPage(language, title, body))
}
