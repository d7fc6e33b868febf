import { nearest } from '../../base/nearest.ts'
import { noteSharing } from '../../directory/change/sharing.ts'
import { neighbours } from '../../directory/neighbours.ts'
import type { SignInRow } from '../../directory/query/sign-in.ts'
import { formatAddress } from '../../mail/address.ts'
import type { Mailbox } from '../../store/mailbox.ts'
import { type SharingRole, sharingRoles } from '../../store/sharing.ts'
import { change, type OperationContext } from '../context.ts'
import type { Operations } from '../operation.ts'
import { readAddress } from '../reading.ts'
import { Refused } from '../refused.ts'

type Names = 'mailbox.share' | 'mailbox.unshare' | 'mailbox.shares'

/** Folders that a mailbox shares with others of its domain (SPEC C9). */
export const sharingOperations: Operations<Names> = {
  async 'mailbox.share'(context, input) {
    const owner = await mailboxOf(context, 'address', input.address)
    const other = await neighbourOf(context, owner, input.with)
    const folder = await folderOf(context, owner, input.folder)
    const [address, name] = [formatAddress(owner.address), formatAddress(other.address)]
    if (other.accountId === owner.accountId) {
      throw new Refused('conflict', 'with', { en: `${name} has every right to its own folders`, de: `${name} hat ohnehin jedes Recht an den eigenen Ordnern` })
    }
    await give(context, owner, folder, other, sharingRoles[input.rights])
    return { address, folder: folder.name, with: name, rights: input.rights }
  },

  async 'mailbox.unshare'(context, input) {
    const owner = await mailboxOf(context, 'address', input.address)
    // Of another domain meanwhile, perhaps: what no longer counts can still be taken away.
    const given = readAddress('with', input.with)
    const other = await context.directory.signInRow(given)
    const folder = await folderOf(context, owner, input.folder)
    const grants = await context.store.grants(owner.accountId, folder.mailboxId)
    // The same words where there is no such mailbox: whose it is may be another customer's affair.
    const [address, name] = [formatAddress(owner.address), formatAddress(given)]
    if (other === undefined || !grants.some(({ granteeId }) => granteeId === other.accountId)) {
      throw new Refused('unknown', 'with', {
        en: `${folder.name} of ${address} is not shared with ${name}`,
        de: `${folder.name} von ${address} ist nicht mit ${name} geteilt`,
      })
    }
    await give(context, owner, folder, other, '')
    return { address, folder: folder.name, with: name }
  },

  async 'mailbox.shares'(context, input) {
    const owner = await mailboxOf(context, 'address', input.address)
    const near = neighbours(context.directory)
    const shares = []
    for (const folder of await context.store.mailboxes(owner.accountId)) {
      const grants = await context.store.grants(owner.accountId, folder.mailboxId)
      const ids = grants.map(({ granteeId }) => granteeId)
      const [people, inForce] = [await context.directory.people(ids), await near.of(owner.accountId, ids)]
      for (const { granteeId, rights } of grants) {
        const person = people.get(granteeId)
        if (person === undefined) continue
        shares.push({ folder: folder.name, with: formatAddress(person.address), rights: roleOf(rights), inForce: inForce.has(granteeId) })
      }
    }
    return { shares }
  },
}

async function mailboxOf({ directory }: OperationContext, field: string, text: string): Promise<SignInRow> {
  const address = readAddress(field, text)
  const row = await directory.signInRow(address)
  if (row !== undefined) return row
  throw noMailbox(field, formatAddress(address))
}

function noMailbox(field: string, name: string): Refused {
  return new Refused('unknown', field, { en: `there is no mailbox ${name}`, de: `ein Postfach ${name} gibt es nicht` })
}

/**
 * Somebody of the owner's domain, which is asked at each use as well: this is to say so at once. Of other domains nobody hears whether there is such a mailbox, or
 * whose other name it is.
 */
async function neighbourOf(context: OperationContext, owner: SignInRow, text: string): Promise<SignInRow> {
  const given = readAddress('with', text)
  const row = await context.directory.signInRow(given)
  if (row !== undefined && (await neighbours(context.directory).of(owner.accountId, [row.accountId])).has(row.accountId)) return row
  const [name, address] = [formatAddress(given), formatAddress(owner.address)]
  if (given.domain === owner.address.domain) throw noMailbox('with', name)
  throw new Refused('conflict', 'with', {
    en: `${name} is not of the domain of ${address}; folders are shared within a domain only`,
    de: `${name} ist nicht von der Domain von ${address}; Ordner werden nur innerhalb einer Domain geteilt`,
  })
}

async function folderOf({ store }: OperationContext, { accountId, address }: SignInRow, name: string): Promise<Mailbox> {
  const found = await store.mailbox(accountId, name)
  if (found !== undefined) return found
  const folders = (await store.mailboxes(accountId)).map((mailbox) => mailbox.name)
  const near = nearest(name, folders)
  const hint = near === undefined ? { en: '', de: '' } : { en: `; did you mean ${near}?`, de: `; gemeint ${near}?` }
  const owner = formatAddress(address)
  throw new Refused('unknown', 'folder', { en: `${owner} has no folder ${name}${hint.en}`, de: `${owner} hat keinen Ordner ${name}${hint.de}` })
}

async function give(context: OperationContext, owner: SignInRow, { mailboxId, name }: Mailbox, other: SignInRow, rights: string): Promise<void> {
  const outcome = await context.store.setGrant(owner.accountId, mailboxId, { granteeId: other.accountId, rights })
  if (outcome.done !== undefined) {
    await change(context, noteSharing, { address: owner.address, folder: name, with: other.address, rights })
    return
  }
  if (outcome.refused === 'too-many') {
    throw new Refused('limit', 'with', { en: `${name} is shared with as many as it can be`, de: `${name} ist schon mit so vielen geteilt, wie es geht` })
  }
  throw new Refused('unknown', 'folder', { en: `the folder ${name} is gone`, de: `den Ordner ${name} gibt es nicht mehr` })
}

/** What a mail program granted by single rights has no name here: its letters (RFC 4314). */
function roleOf(rights: string): string {
  return (Object.keys(sharingRoles) as SharingRole[]).find((role) => sharingRoles[role] === rights) ?? rights
}
