import type { Text } from '../base/language.ts'
import type { LeakedDataFault } from '../auth/leaked-passwords.ts'
import type { PasswordFault } from '../auth/password-rules.ts'
import type { Weakness } from '../auth/strength/strength.ts'

/** One thing that is wrong with a password; `code` for programs. */
interface PasswordReason {
  readonly code: PasswordFault['code'] | Weakness
  readonly meaning: Text
}

/** Why it is not taken, each reason by itself. Empty: it is. */
export function passwordReasons(fault: PasswordFault | undefined): readonly PasswordReason[] {
  if (fault === undefined) return []
  if (fault.code !== 'weak' || fault.weaknesses.length === 0) return [{ code: fault.code, meaning: faultText(fault) }]
  return fault.weaknesses.map((code) => ({ code, meaning: weaknesses[code] }))
}

/** What would be better. */
export const betterPassword: Text = {
  en: 'better: several words that have nothing to do with each other or with you, or more characters',
  de: 'besser: mehrere Wörter, die weder miteinander noch mit Ihnen zu tun haben, oder mehr Zeichen',
}

/** Why it is not taken and what would be better, in one sentence. */
export function passwordRefusal(fault: PasswordFault): Text {
  const text = fault.code === 'weak' ? weakText(fault.weaknesses) : faultText(fault)
  return needsAnother(fault) ? { en: `${text.en}; ${betterPassword.en}`, de: `${text.de}; ${betterPassword.de}` } : text
}

/** Of the others it is plain what to do. */
export function needsAnother({ code }: PasswordFault): boolean {
  return code !== 'too-long' && code !== 'control-character'
}

function weakText(found: readonly Weakness[]): Text {
  if (found.length === 0) return faultText({ code: 'weak', weaknesses: [] })
  const all = (language: keyof Text) => found.map((one) => weaknesses[one][language])
  return { en: `the password is easy to guess: ${all('en').join(', ')}`, de: `das Passwort ist leicht zu erraten: ${all('de').join(', ')}` }
}

function faultText(fault: PasswordFault): Text {
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
      return { en: 'the password is the name, which is guessed first', de: 'das Passwort ist der Name, der zuerst geraten wird' }
    case 'leaked':
      return {
        en: 'the password is in a list of passwords that became known elsewhere, which is what is tried first',
        de: 'das Passwort steht in einer Liste von Passwörtern, die anderswo bekannt wurden und zuerst probiert werden',
      }
    case 'weak':
      return { en: 'the password is short for what it is made of', de: 'das Passwort ist zu kurz für das, woraus es besteht' }
  }
}

const weaknesses: Readonly<Record<Weakness, Text>> = {
  'own-name': { en: 'it holds the name or the address that it is for', de: 'es enthält den Namen oder die Adresse, für die es ist' },
  common: { en: 'it holds a password that many people choose', de: 'es enthält ein Passwort, das viele nehmen' },
  word: { en: 'it holds a word of the dictionary', de: 'es enthält ein Wort aus dem Wörterbuch' },
  name: { en: 'it holds a first or last name', de: 'es enthält einen Vor- oder Nachnamen' },
  keys: { en: 'its keys lie beside each other', de: 'seine Tasten liegen nebeneinander' },
  sequence: { en: 'it holds a row such as abc or 123', de: 'es enthält eine Reihe wie abc oder 123' },
  repeat: { en: 'it repeats itself', de: 'es wiederholt sich' },
  date: { en: 'it holds a day or a year', de: 'es enthält ein Datum oder eine Jahreszahl' },
}

/** What is wrong with the data of leaked passwords, for whoever has put it there. */
export function leakedDataText(fault: LeakedDataFault): Text {
  const wrong = faultOfData(fault)
  return {
    en: `no new password is compared with leaked ones (password.leaked): ${fault.file} ${wrong.en}`,
    de: `neue Passwörter werden nicht mit bekannt gewordenen verglichen (password.leaked): ${fault.file} ${wrong.de}`,
  }
}

function faultOfData(fault: LeakedDataFault): Text {
  switch (fault.kind) {
    case 'unreadable':
      return fault.code === 'ENOENT'
        ? { en: 'is not there', de: 'ist nicht da' }
        : { en: `cannot be read (${fault.code})`, de: `ist nicht lesbar (${fault.code})` }
    case 'empty':
      return { en: 'is empty', de: 'ist leer' }
    case 'no-hash':
      return {
        en: `has, at octet ${fault.at}, a line that is no hash with a count; right would be lines such as 21BD12DC183F740EE76F27B78EB39C8AD972A757:52579`,
        de: `hat bei Oktett ${fault.at} eine Zeile, die kein Hash mit Anzahl ist; richtig wären Zeilen wie 21BD12DC183F740EE76F27B78EB39C8AD972A757:52579`,
      }
    case 'order':
      return {
        en: `is not in the order of its hashes, from octet ${fault.at} on; sort it, or take the file that is ordered by hash`,
        de: `ist ab Oktett ${fault.at} nicht nach Hashes geordnet; sortieren Sie sie, oder nehmen Sie die nach Hash geordnete Datei`,
      }
  }
}
