import type { FastifyRequest } from 'fastify'
import type { Language } from '../base/language.ts'

/** The one of ours that the browser prefers (RFC 9110 12.5.4); where it names neither, English. */
export function languageOf(request: FastifyRequest): Language {
  const wanted = (request.headers['accept-language'] ?? '').slice(0, 200).toLowerCase()
  const [first] = wanted.match(/\b(?:de|en)\b/) ?? []
  return first === 'de' ? 'de' : 'en'
}
