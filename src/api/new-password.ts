import type { Text } from '../base/language.ts'
import { generatePassword } from '../auth/generate-password.ts'
import { isLeaked } from '../auth/leaked-passwords.ts'
import { newCredentials } from '../auth/new-credentials.ts'
import { type PasswordFault, passwordFault } from '../auth/password-rules.ts'
import type { NewCredential } from '../directory/change/credentials.ts'
import type { Address } from '../mail/address.ts'
import type { OperationContext } from './context.ts'
import { Refused } from './refused.ts'

interface NewPassword {
  readonly credentials: readonly NewCredential[]
  /** Made here, since none was given; to be told once. */
  readonly generated: string | undefined
}

/** Checks and hashes a password, or makes one. `name`: whose it is. */
export async function newPassword(context: OperationContext, given: string | undefined, name: Address | string): Promise<NewPassword> {
  const { settings } = context.directory
  if (given !== undefined) {
    const fault = passwordFault(given, name, settings['password.min-length'])
    if (fault !== undefined) throw new Refused('input', 'password', words(fault))
    if (await isKnown(context, given)) throw new Refused('input', 'password', leaked)
  }
  const password = given ?? generatePassword()
  const credentials = await newCredentials(password, { scram: settings['password.scram'] })
  return { credentials, generated: given === undefined ? password : undefined }
}

/** Data that cannot be read keeps nobody from a new password: the log tells. */
async function isKnown({ directory, log }: Pick<OperationContext, 'directory' | 'log'>, password: string): Promise<boolean> {
  const place = directory.settings['password.leaked']
  if (place === '') return false
  try {
    return await isLeaked(place, password)
  } catch (err) {
    log.warn('data of leaked passwords cannot be read', { place, err })
    return false
  }
}

const leaked: Text = {
  en: 'this password is in a list of passwords that became known elsewhere, which is what is tried first; choose another',
  de: 'dieses Passwort steht in einer Liste von Passwörtern, die anderswo bekannt wurden und zuerst probiert werden; bitte ein anderes',
}

function words(fault: PasswordFault): Text {
  switch (fault.code) {
    case 'too-short':
      return { en: `the password is too short; at least ${fault.least} characters`, de: `das Passwort ist zu kurz; mindestens ${fault.least} Zeichen` }
    case 'too-long':
      return { en: `the password is too long; at most ${fault.mostBytes} bytes`, de: `das Passwort ist zu lang; höchstens ${fault.mostBytes} Byte` }
    case 'control-character':
      return {
        en: 'the password holds a control character, which not every program can send',
        de: 'das Passwort enthält ein Steuerzeichen, das nicht jedes Programm senden kann',
      }
    case 'few-characters':
      return {
        en: `the password repeats itself; at least ${fault.least} different characters`,
        de: `das Passwort wiederholt sich; mindestens ${fault.least} verschiedene Zeichen`,
      }
    case 'like-name':
      return {
        en: 'the password is the name, which is guessed first; choose another',
        de: 'das Passwort ist der Name, der zuerst geraten wird; bitte ein anderes',
      }
  }
}
