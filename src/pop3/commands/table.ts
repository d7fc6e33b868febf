import { ok } from '../reply.ts'
import { auth } from './auth.ts'
import { capa } from './capa.ts'
import type { Commands } from './command.ts'
import { dele, rset } from './delete.ts'
import { lang, utf8 } from './language.ts'
import { list, stat, uidl } from './list.ts'
import { quit } from './quit.ts'
import { retr, top } from './retrieve.ts'
import { pass, user } from './sign-in.ts'
import { stls } from './stls.ts'

export const commands: Commands = {
  AUTH: auth,
  CAPA: capa,
  DELE: dele,
  LANG: lang,
  LIST: list,
  NOOP: { state: 'transaction', run: () => ok('nothing done') },
  PASS: pass,
  QUIT: quit,
  RETR: retr,
  RSET: rset,
  STAT: stat,
  STLS: stls,
  TOP: top,
  UIDL: uidl,
  USER: user,
  UTF8: utf8,
}
