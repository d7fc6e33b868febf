import { ContentFull } from '../../content/content.ts'
import { DatabaseUnavailable } from '../../database/database.ts'
import type { Reply } from '../../mail/reply.ts'
import { replies } from './replies.ts'

/** Our own fault costs the sender a retry, never the message (DESIGN "Bad input, faults"). */
export function faultReply(fault: unknown): Reply {
  if (fault instanceof ContentFull || (fault instanceof DatabaseUnavailable && fault.full)) return replies.storageFull
  return replies.ourFault
}
