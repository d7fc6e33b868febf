import * as z from 'zod'
import { day, ownPassword, text } from './fields.ts'
import { operation } from './operation.ts'
import { whose } from './tokens.ts'

const password = ownPassword
const label = text.describe('What has it: "Ann\'s phone".')
/** As `credential.toJSON()` gives it; fields that are not needed are left out. */
const base64url = z
  .string()
  .max(20_000)
  .regex(/^[A-Za-z0-9_-]*$/)
const recoveryCodes = z.array(z.string()).optional().describe('With the first second factor: told this once. Each is good once, where all others are lost.')

/** What is asked for beside the password at the web pages, and where they are open. */
export const secondFactorContract = {
  'second-factor.list': operation({
    does: 'Lists second factors.',
    input: whose,
    output: z.object({
      secondFactors: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(['totp', 'passkey']),
          name: z.string(),
          created: day,
          lastUsed: day.nullable().describe('null: never.'),
        }),
      ),
      recoveryCodes: z.number().int().describe('Those that are left.'),
      required: z.boolean().describe('The operator wants one.'),
    }),
  }),
  'second-factor.remove': operation({
    does: 'Removes a second factor. With the last one, the recovery codes go, too.',
    input: { ...whose, id: text, password },
    output: z.object({ name: z.string() }),
  }),
  'totp.offer': operation({
    does: 'Makes a secret for an authenticator app; it holds once totp.add has seen a code of it.',
    input: {},
    output: z.object({ secret: z.string(), uri: z.string().describe('What the QR code says.') }),
  }),
  'totp.add': operation({
    does: 'Makes an authenticator app the asker’s second factor.',
    input: { name: label, secret: text, code: text.describe('What the app shows.'), password },
    output: z.object({ name: z.string(), recoveryCodes }),
  }),
  'passkey.offer': operation({
    does: 'What a browser needs to make a passkey: the publicKey of navigator.credentials.create(), in JSON.',
    input: {},
    output: z.object({
      challenge: z.string(),
      rp: z.object({ name: z.string() }),
      user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
      pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
      timeout: z.number(),
      excludeCredentials: z.array(z.object({ type: z.literal('public-key'), id: z.string() })),
      authenticatorSelection: z.object({ residentKey: z.string(), userVerification: z.string() }),
      attestation: z.literal('none'),
    }),
  }),
  'passkey.add': operation({
    does: 'Makes a passkey the asker’s second factor, and a way in without a password.',
    input: {
      name: label,
      response: z
        .object({ id: base64url, response: z.object({ clientDataJSON: base64url, attestationObject: base64url }) })
        .describe('The browser’s answer, in JSON.'),
      password,
    },
    output: z.object({ name: z.string(), recoveryCodes }),
  }),
  'recovery-codes.new': operation({
    does: 'Makes new recovery codes; the old ones are good no more.',
    input: { password },
    output: z.object({ recoveryCodes: z.array(z.string()) }),
  }),
  'session.list': operation({
    does: 'Lists where somebody is signed in to the web pages.',
    input: whose,
    output: z.object({
      sessions: z.array(
        z.object({
          id: z.string(),
          browser: z.string(),
          ip: z.string(),
          method: z.string(),
          created: z.iso.datetime(),
          lastSeen: z.iso.datetime(),
          current: z.boolean().describe('The one that asks.'),
        }),
      ),
    }),
  }),
  'session.end': operation({
    does: 'Ends a session, or, without an id, all but the one that asks.',
    input: { ...whose, id: text.optional() },
    output: z.object({ ended: z.number().int() }),
  }),
  'place.list': operation({
    does: 'Lists browsers and networks that somebody has signed in to the web pages from, and new ones that they could not be told of by mail.',
    input: whose,
    output: z.object({
      places: z.array(z.object({ kind: z.enum(['browser', 'network']), value: z.string(), lastSeen: z.iso.datetime() })),
      notices: z.array(z.object({ id: z.string(), browser: z.string(), ip: z.string(), at: z.iso.datetime() })),
    }),
  }),
  'place.seen': operation({
    does: 'Dismisses a notice of a new place.',
    input: { id: text },
    output: z.object({ id: z.string() }),
  }),
  'password.set': operation({
    does: 'Changes the asker’s own password. Others who are signed in with the old one are signed out.',
    input: { current: z.string().max(4096), password: z.string() },
    output: z.object({ name: z.string() }),
  }),
} as const
