import type { Maildrop } from '../maildrop.ts'
import type { CommandOf, Verb } from '../parse-command.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../session.ts'

/** The AUTHORIZATION state of RFC 1939 4, TRANSACTION (5), or both. What is thrown is a fault of ours. */
export type Pop3Command<V extends Verb> =
  | { readonly state: 'authorization' | 'any'; run(session: Session, command: CommandOf<V>): Promise<Reply> | Reply }
  | { readonly state: 'transaction'; run(session: Session, command: CommandOf<V>, maildrop: Maildrop): Promise<Reply> | Reply }

/** One for each verb. */
export type Commands = { readonly [V in Verb]: Pop3Command<V> }
