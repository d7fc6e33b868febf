import type { Catalogue } from '../database/database.ts'
import { addApiToken, noteApiTokenUse, removeApiToken } from './change/api-tokens.ts'
import { endWebSessions, openWebSession, seeWebSession } from './change/web-sessions.ts'
import { apiTokenByHash, apiTokensOf } from './query/api-tokens.ts'
import { webSessionByToken, webSessionsOf } from './query/web-sessions.ts'
import { webUserNamed, webUsersByName } from './query/web-users.ts'

/** What the database's threads must know of how people and programs come in. */
export const signInCatalogue: Catalogue = [
  webUsersByName,
  webUserNamed,
  openWebSession,
  seeWebSession,
  endWebSessions,
  webSessionByToken,
  webSessionsOf,
  addApiToken,
  removeApiToken,
  noteApiTokenUse,
  apiTokenByHash,
  apiTokensOf,
]
