import type { RemoteReply } from '../mail/remote-reply.ts'
import type { RefusalReason } from './reason.ts'

/** Why a recipient has not got a message: another server's answer, or what we found out ourselves, with an RFC 3463 code. */
export type Trouble =
  | { readonly by: 'answer'; readonly reason: RefusalReason; readonly reply: RemoteReply; readonly host: string }
  | {
      readonly by: 'us'
      readonly what: 'no-such-domain' | 'no-such-mailbox' | 'takes-no-mail' | 'no-answer' | 'tls' | 'dns' | 'loop' | 'utf8' | 'require-tls' | 'too-large'
      readonly enhanced: string
      readonly detail: string
    }
