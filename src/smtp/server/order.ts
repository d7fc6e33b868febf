import type { Reply } from '../../mail/reply.ts'
import type { Command } from './grammar.ts'
import { replies } from './replies.ts'

/**
 * Where a session stands: before EHLO; after it; after MAIL; with a recipient; with a chunk of the message (BDAT).
 */
export type Phase = 'connected' | 'greeted' | 'mail' | 'recipients' | 'chunks'

/** May this command come now (RFC 5321 4.1.4, RFC 3030 2)? The reply if not. */
export function outOfOrder(verb: Command['verb'], phase: Phase): Reply | undefined {
  switch (verb) {
    case 'MAIL':
      if (phase === 'connected') return replies.needHello
      return phase === 'greeted' ? undefined : phase === 'chunks' ? replies.inChunks : replies.nestedMail
    case 'RCPT':
      if (phase === 'connected') return replies.needHello
      return phase === 'greeted' ? replies.needMail : phase === 'chunks' ? replies.inChunks : undefined
    case 'DATA':
    case 'BDAT':
      if (phase === 'connected') return replies.needHello
      if (phase === 'greeted') return replies.needMail
      if (phase === 'mail') return replies.needRecipient
      return phase === 'chunks' && verb === 'DATA' ? replies.inChunks : undefined
    case 'AUTH':
      // RFC 4954 4: not during a mail transaction.
      if (phase === 'connected') return replies.needHello
      return phase === 'greeted' ? undefined : replies.authInTransaction
    case 'STARTTLS':
      // RFC 3207 4: it follows an EHLO that offered it; what a transaction gathered would be lost.
      if (phase === 'connected') return replies.needHello
      return phase === 'greeted' ? undefined : replies.nestedMail
    case 'EHLO':
    case 'HELO':
    case 'RSET':
    case 'NOOP':
    case 'QUIT':
    case 'VRFY':
    case 'HELP':
    case 'not-implemented':
    case 'http':
    case 'invalid':
      return undefined
  }
}
