import { randomInt } from 'node:crypto'

/** Without those that look alike (0 o, 1 l i): it is read from a screen and typed into a phone. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const groups = 4
const groupLength = 5

/** 20 characters in four groups: 99 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('')
  return Array.from({ length: groups }, group).join('-')
}
