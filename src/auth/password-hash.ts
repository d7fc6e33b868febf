import { availableParallelism } from 'node:os'
import { Turns } from '../base/turns.ts'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. About 5 ms of one core. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Each runs in a thread of libuv's pool of four, where disk work wants its turn as well. */
const atOnce = Math.min(2, availableParallelism())
/** About 5 s of work on one core: past that a client would have given up. */
const maxWaiting = 1000

const turns = new Turns(atOnce, maxWaiting)

/** Loaded with the first password: 7 MB. */
const argon2 = () => import('@node-rs/argon2')

/** A PHC string ($argon2id$…). */
export function hashPassword(password: string): Promise<string> {
  return turns.run(async () => (await argon2()).hash(preparePassword(password), cost))
}

/** Rejects with TooManyWaiting; an unreadable hash is never right. */
export function verifyPassword(phc: string, password: string): Promise<boolean> {
  return turns.run(async () => {
    try {
      return await (await argon2()).verify(phc, preparePassword(password))
    } catch {
      return false
    }
  })
}

/** RFC 8265 4.2 (OpaqueString), as far as two keyboards may differ: every space is a space, composed letters. */
export function preparePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
}
