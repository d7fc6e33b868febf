import { generatePassword } from '../auth/generate-password.ts'
import { newCredentials } from '../auth/new-credentials.ts'
import type { NewCredential } from '../directory/change/credentials.ts'
import type { Address } from '../mail/address.ts'
import type { OperationContext } from './context.ts'
import { judgePassword } from './judge-password.ts'
import { passwordRefusal } from './password-words.ts'
import { Refused } from './refused.ts'

interface NewPassword {
  readonly credentials: readonly NewCredential[]
  /** Made here, since none was given; to be told once. */
  readonly generated: string | undefined
}

/** Checks and hashes a password, or makes one, which is good by how it is made. `name`: whose it is. */
export async function newPassword(context: OperationContext, given: string | undefined, name: Address | string): Promise<NewPassword> {
  if (given !== undefined) {
    const { fault } = await judgePassword(context, given, name)
    if (fault !== undefined) throw new Refused('input', 'password', passwordRefusal(fault))
  }
  const password = given ?? generatePassword()
  const credentials = await newCredentials(password, { scram: context.directory.settings['password.scram'] })
  return { credentials, generated: given === undefined ? password : undefined }
}
