import type { WebUser } from '../directory/query/web-users.ts'
import { mayGive, ownMailbox, type Principal } from './principal.ts'
import { Refused } from './refused.ts'

/** Is it the asker themselves? */
export function isAsker(principal: Principal, { owner, ownerId }: Pick<WebUser, 'owner' | 'ownerId'>): boolean {
  switch (owner) {
    case 'operator':
      return principal.kind === 'operator' && principal.operatorId === ownerId
    case 'person':
      return principal.kind === 'person' && principal.personId === ownerId
    case 'account':
      return ownMailbox(principal)?.accountId === ownerId
  }
}

/**
 * May the asker give this person another password? One's own is changed where the present one is asked for, so that an open browser or a token is not enough;
 * and by a token nobody gets into what it does not allow itself.
 * @throws Refused
 */
export function mustNotOpenMore(principal: Principal, user: WebUser | undefined): void {
  if (user === undefined) return
  if (isAsker(principal, user)) throw own
  if (user.person !== undefined && !mayGive(principal, user.person.role)) throw beyondToken
}

export const beyondToken = new Refused('forbidden', undefined, {
  en: 'this token does not allow all that they may do; with it nobody is let in who may do more',
  de: 'dieses Token erlaubt nicht alles, was sie dürfen; damit wird niemand hereingelassen, der mehr darf',
})
const own = new Refused('forbidden', undefined, {
  en: 'your own password is changed at Security, where the present one is asked for (password.set)',
  de: 'das eigene Passwort ändern Sie unter Sicherheit, wo nach dem jetzigen gefragt wird (password.set)',
})
