import { appPasswordValue } from '../../auth/app-password.ts'
import { generatePassword } from '../../auth/generate-password.ts'
import { addAppPassword, removeAppPassword } from '../../directory/change/app-passwords.ts'
import { listAppPasswords } from '../../directory/query/app-passwords.ts'
import { webUserNamed } from '../../directory/query/web-users.ts'
import type { DirectoryRefusal } from '../../directory/refusal.ts'
import { addressKey } from '../../mail/address.ts'
import { change } from '../context.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { proveOwn } from '../prove.ts'
import { readAddress, readLabel } from '../reading.ts'

type Names = 'app-password.add' | 'app-password.list' | 'app-password.remove'

/** Passwords for single programs: made here, told once, good for some protocols, removed one by one. */
export const appPasswordOperations: Operations<Names> = {
  async 'app-password.add'(context, input) {
    const address = readAddress('address', input.address)
    await proveOwn(context, await context.directory.query(webUserNamed, { kind: 'mailbox', key: addressKey(address) }), input.password)
    const name = readLabel('name', input.name)
    const protocols = [...new Set(input.protocols)]
    const password = generatePassword()
    const done = await change(context, addAppPassword, { address, name, protocols, value: appPasswordValue(password) }, field)
    return { address: done.address, name, protocols, password }
  },

  async 'app-password.list'(context, input) {
    const listed = await context.directory.query(listAppPasswords, { address: readAddress('address', input.address) })
    if (listed.refused !== undefined) throw directoryRefused(listed.refused, 'address')
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
    return {
      appPasswords: listed.found.map(({ name, protocols, createdAtMs, lastUsedMs }) => ({
        name,
        protocols,
        created: day(createdAtMs),
        lastUsed: lastUsedMs === null ? null : day(lastUsedMs),
      })),
    }
  },

  async 'app-password.remove'(context, input) {
    return change(context, removeAppPassword, { address: readAddress('address', input.address), name: input.name.trim() }, field)
  },
}

function field(refusal: DirectoryRefusal): string {
  return 'thing' in refusal && refusal.thing === 'app-password' ? 'name' : 'address'
}
