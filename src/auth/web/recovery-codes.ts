import { createHash, randomInt } from 'node:crypto'

/** Codes of one set. Each is good once. */
const recoveryCodeCount = 10

/** Without those that look alike (0 o, 1 l i): they are written down and typed. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const groups = 4
const groupLength = 4

/** 16 characters in four groups: 79 bits, which nobody finds by trying. */
export function makeRecoveryCodes(): string[] {
  const group = () => Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('')
  return Array.from({ length: recoveryCodeCount }, () => Array.from({ length: groups }, group).join('-'))
}

/** What is kept of one. */
export function recoveryCodeValue(code: string): string {
  return createHash('sha256').update(code.replace(/[\s-]/g, '').toLowerCase()).digest('base64')
}
