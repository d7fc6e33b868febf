import type { Catalogue } from '../database/database.ts'
import { addApiToken, noteApiTokenUse, removeApiToken } from './change/api-tokens.ts'
import { addGrant, removeGrant } from './change/grants.ts'
import { addOauthClient, registerOauthClient, removeOauthClient } from './change/oauth-clients.ts'
import { dropOauthToken, keepOauthToken, useOauthToken } from './change/oauth-tokens.ts'
import {
  dismissPlaceNotice,
  operatorMailbox,
  settlePlaceNotice,
  shownPlaceNotices,
  takenPlaceNotices,
  takePlaceNotice,
  waitingPlaceNotices,
} from './change/place-notices.ts'
import { addSecondFactor, removeSecondFactor, setRecoveryCodes, spendChallenge, useSecondFactor } from './change/second-factors.ts'
import { beginTotpTry, forgetTotpTries } from './change/totp-tries.ts'
import { identify, removeIdentityProvider, setIdentityProvider, unlinkIdentity } from './change/identity-providers.ts'
import { replaceOwnPassword } from './change/credentials.ts'
import { endWebSessions, keepWebSession, openWebSession, seeWebSession } from './change/web-sessions.ts'
import { apiTokenByHash, apiTokensOf } from './query/api-tokens.ts'
import { grantById, listGrants, openMailbox } from './query/grants.ts'
import { mailToken, oauthClient, oauthClients, oauthToken } from './query/oauth.ts'
import { identityProviderFor, identityProviderQuery } from './query/identity-providers.ts'
import { passkeyById, secondFactorsOf } from './query/second-factors.ts'
import { webPlacesOf, webSessionByToken, webSessionsOf } from './query/web-sessions.ts'
import { webUserNamed, webUsersByName } from './query/web-users.ts'

/** What the database's threads must know of how people and programs come in. */
export const signInCatalogue: Catalogue = [
  webUsersByName,
  webUserNamed,
  openWebSession,
  seeWebSession,
  keepWebSession,
  endWebSessions,
  replaceOwnPassword,
  webSessionByToken,
  webSessionsOf,
  webPlacesOf,
  waitingPlaceNotices,
  shownPlaceNotices,
  takenPlaceNotices,
  takePlaceNotice,
  settlePlaceNotice,
  dismissPlaceNotice,
  operatorMailbox,
  addSecondFactor,
  removeSecondFactor,
  setRecoveryCodes,
  useSecondFactor,
  spendChallenge,
  beginTotpTry,
  forgetTotpTries,
  secondFactorsOf,
  passkeyById,
  addApiToken,
  removeApiToken,
  noteApiTokenUse,
  apiTokenByHash,
  apiTokensOf,
  addGrant,
  removeGrant,
  listGrants,
  grantById,
  openMailbox,
  addOauthClient,
  registerOauthClient,
  removeOauthClient,
  oauthClient,
  oauthClients,
  keepOauthToken,
  useOauthToken,
  dropOauthToken,
  oauthToken,
  mailToken,
  setIdentityProvider,
  removeIdentityProvider,
  unlinkIdentity,
  identify,
  identityProviderQuery,
  identityProviderFor,
]
