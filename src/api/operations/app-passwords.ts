import { appPasswordValue } from '../../auth/app-password.ts'
import { generatePassword } from '../../auth/generate-password.ts'
import { addAppPassword, removeAppPassword } from '../../directory/change/app-passwords.ts'
import { listAppPasswords } from '../../directory/query/app-passwords.ts'
import type { DirectoryRefusal } from '../../directory/refusal.ts'
import { change } from '../context.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { readAddress } from '../reading.ts'
import { Refused } from '../refused.ts'

type Names = 'app-password.add' | 'app-password.list' | 'app-password.remove'

/** Characters of a name. */
const longestName = 64

/** Passwords for single programs: made here, told once, good for some protocols, removed one by one. */
export const appPasswordOperations: Operations<Names> = {
  async 'app-password.add'(context, input) {
    const address = readAddress('address', input.address)
    const name = readName(input.name)
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

function readName(text: string): string {
  const name = text.trim()
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  if (name !== '' && [...name].length <= longestName && !/[\u0000-\u001f\u007f-\u009f]/.test(name) && name.isWellFormed()) return name
  throw new Refused('input', 'name', {
    en: `"${text}" is no name for an app password; right would be what has it, such as "Ann's phone", with at most ${longestName} characters`,
    de: `„${text}“ ist kein Name für ein App-Passwort; richtig wäre, was es hat, etwa „Anns Telefon“, mit höchstens ${longestName} Zeichen`,
  })
}
