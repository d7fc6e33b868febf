import { languageFor, languages } from '../language.ts'
import { bad, ok } from '../reply.ts'
import type { Pop3Command } from './command.ts'

/** LANG (RFC 6856 3): in which language answers are, or which there are. */
export const lang: Pop3Command<'LANG'> = {
  state: 'any',
  run(session, { range }) {
    if (range === undefined) {
      const lines = Object.entries(languages).map(([tag, name]) => `${tag} ${name}\r\n`)
      return { line: `+OK languages follow\r\n${lines.join('')}.\r\n` }
    }
    const language = languageFor(range)
    if (language === undefined) return bad('no such language')
    session.language = language
    return ok(`${language} this language from now on`)
  },
}

/** UTF8 (RFC 6856 2): nothing changes, since names and passwords are UTF-8 anyway and messages are never made anything else. */
export const utf8: Pop3Command<'UTF8'> = { state: 'authorization', run: () => ok('names and headers may be UTF-8') }
