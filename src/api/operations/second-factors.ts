import { mustHaveSecondFactor } from '../../auth/web/second-factor-due.ts'
import type { Asker } from '../../auth/web/second-factors.ts'
import { removeSecondFactor } from '../../directory/change/second-factors.ts'
import { dismissPlaceNotice, shownPlaceNotices } from '../../directory/change/place-notices.ts'
import { replaceOwnPassword } from '../../directory/change/credentials.ts'
import { noteSessionsEnded } from '../../directory/change/queue-acts.ts'
import { endWebSessions, keepWebSession } from '../../directory/change/web-sessions.ts'
import { secondFactorsOf } from '../../directory/query/second-factors.ts'
import { webPlacesOf, webSessionsOf } from '../../directory/query/web-sessions.ts'
import type { Changed } from '../../directory/refusal.ts'
import { change, type OperationContext } from '../context.ts'
import { directoryRefused } from '../directory-refused.ts'
import { newPassword } from '../new-password.ts'
import type { Operations } from '../operation.ts'
import { isAsker } from '../own-password.ts'
import { actorOf } from '../principal.ts'
import { prove } from '../prove.ts'
import { readLabel } from '../reading.ts'
import { Refused } from '../refused.ts'
import { type Whose, whoseMeant } from '../whose.ts'

type Names =
  | 'second-factor.list'
  | 'second-factor.remove'
  | 'totp.offer'
  | 'totp.add'
  | 'passkey.offer'
  | 'passkey.add'
  | 'recovery-codes.new'
  | 'session.list'
  | 'session.end'
  | 'place.list'
  | 'place.seen'
  | 'password.set'

/** What somebody comes in by, and where they are in. */
export const secondFactorOperations: Operations<Names> = {
  async 'second-factor.list'(context, input) {
    const user = await whoseMeant(context, input)
    const factors = await context.directory.query(secondFactorsOf, user)
    return {
      secondFactors: factors.flatMap(({ factorId: id, kind, name, createdAtMs, lastUsedMs }) =>
        kind === 'recovery-code' ? [] : [{ id, kind, name, created: day(createdAtMs), lastUsed: lastUsedMs === null ? null : day(lastUsedMs) }],
      ),
      recoveryCodes: factors.filter(({ kind }) => kind === 'recovery-code').length,
      required: mustHaveSecondFactor(context.directory.settings, user),
    }
  },

  async 'second-factor.remove'(context, input) {
    const user = await whoseMeant(context, input)
    if (isAsker(context.principal, user)) await prove(context, user, input.password)
    const { owner, ownerId, name: whose } = user
    return change(context, removeSecondFactor, { owner, ownerId, whose, factorId: input.id, session: context.principal.sessionId }, () => 'id')
  },

  async 'totp.offer'(context) {
    return context.secondFactors.offerTotp(await whoseMeant(context, {}))
  },

  async 'totp.add'(context, input) {
    const user = await whoseMeant(context, {})
    await prove(context, user, input.password)
    const name = readLabel('name', input.name)
    const added = await context.secondFactors.addTotp(user, askerOf(context), { ...input, name })
    if (added !== undefined) return { name, ...codesOf(added) }
    throw new Refused('input', 'code', {
      en: 'this is not the code that the app shows now; is the clock of your device right?',
      de: 'das ist nicht der Code, den die App gerade zeigt; geht die Uhr Ihres Geräts richtig?',
    })
  },

  async 'passkey.offer'(context) {
    return context.secondFactors.offerPasskey(await whoseMeant(context, {}))
  },

  async 'passkey.add'(context, input) {
    const user = await whoseMeant(context, {})
    await prove(context, user, input.password)
    const name = readLabel('name', input.name)
    const added = await context.secondFactors.addPasskey(user, askerOf(context), { name, response: input.response })
    if (added !== undefined) return { name, ...codesOf(added) }
    throw new Refused('input', 'response', {
      en: 'the passkey could not be taken; please try again',
      de: 'der Passkey ließ sich nicht übernehmen; bitte noch einmal versuchen',
    })
  },

  async 'recovery-codes.new'(context, input) {
    const user = await whoseMeant(context, {})
    await prove(context, user, input.password)
    if (user.secondFactors.length === 0) {
      throw new Refused('conflict', undefined, { en: 'there is no second factor to recover', de: 'es gibt keinen zweiten Faktor, für den sie da wären' })
    }
    return { recoveryCodes: await context.secondFactors.newRecoveryCodes(user, actorOf(context.principal)) }
  },

  async 'session.list'(context, input) {
    const sessions = await context.directory.query(webSessionsOf, await whoseMeant(context, input))
    const { settings } = context.directory
    const nowMs = context.clock.now()
    return {
      sessions: sessions
        .filter(({ seenAtMs, createdAtMs }) => nowMs - seenAtMs < settings['session.idle'] && nowMs - createdAtMs < settings['session.longest'])
        .map(({ sessionId: id, browser, ip, method, createdAtMs, seenAtMs }) => ({
          ...{ id, browser, ip, method, created: new Date(createdAtMs).toISOString(), lastSeen: new Date(seenAtMs).toISOString() },
          current: id === context.principal.sessionId,
        })),
    }
  },

  async 'session.end'(context, input) {
    const { owner, ownerId, name } = await whoseMeant(context, input)
    const which = input.id === undefined ? { except: isOwn(input) ? context.principal.sessionId : undefined } : { only: input.id }
    const ended = await context.database.change(endWebSessions, { owner, ownerId, ...which })
    if (ended === 0 && input.id !== undefined) throw new Refused('unknown', 'id', { en: 'there is no such session', de: 'diese Sitzung gibt es nicht' })
    if (ended > 0) await change(context, noteSessionsEnded, { subject: name, detail: { ended } })
    return { ended }
  },

  async 'place.list'(context, input) {
    const user = await whoseMeant(context, input)
    const [places, notices] = await Promise.all([context.directory.query(webPlacesOf, user), context.directory.query(shownPlaceNotices, user)])
    return {
      places: places.map(({ kind, value, seenAtMs }) => ({ kind, value, lastSeen: new Date(seenAtMs).toISOString() })),
      notices: notices.map(({ noticeId: id, browser, ip, atMs }) => ({ id, browser, ip, at: new Date(atMs).toISOString() })),
    }
  },

  async 'place.seen'(context, { id }) {
    const { owner, ownerId } = await whoseMeant(context, {})
    if (await context.database.change(dismissPlaceNotice, { owner, ownerId, noticeId: id })) return { id }
    throw new Refused('unknown', 'id', { en: 'there is no such notice', de: 'diesen Hinweis gibt es nicht' })
  },

  async 'password.set'(context, input) {
    const user = await whoseMeant(context, {})
    await prove(context, user, input.current, 'current')
    const { credentials } = await newPassword(context, input.password, user.mailbox?.address ?? user.name)
    const { owner, ownerId, name } = user
    const { passwordId } = await change(context, replaceOwnPassword, { owner, ownerId, name, credentials })
    const { sessionId } = context.principal
    if (sessionId !== undefined) await context.database.change(keepWebSession, { sessionId, passwordId })
    return { name }
  },
}

function askerOf({ principal }: Pick<OperationContext, 'principal'>): Asker {
  return { actor: actorOf(principal), session: principal.sessionId }
}

function isOwn({ operator, person, customer, address }: Whose): boolean {
  return [operator, person, customer, address].every((field) => field === undefined)
}

function codesOf({ changed, codes }: { readonly changed: Changed<{ readonly first: boolean }>; readonly codes: readonly string[] }) {
  if (changed.refused !== undefined) throw directoryRefused(changed.refused, 'name')
  return changed.done.first ? { recoveryCodes: codes } : {}
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
