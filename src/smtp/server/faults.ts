import { ContentFull } from '../../content/content.ts'
import { DatabaseUnavailable } from '../../database/database.ts'
import type { Reply } from '../../mail/reply.ts'
import { replies } from './replies.ts'

/** Our own fault costs the sender a retry, never the message (DESIGN "Bad input, faults"). */
export function faultReply(fault: unknown): Reply {
  if (fault instanceof ContentFull || (fault instanceof DatabaseUnavailable && fault.full) || isNoRoom(fault)) return replies.storageFull
  return replies.ourFault
}

/** The spool's disk or quota. */
function isNoRoom(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && (fault.code === 'ENOSPC' || fault.code === 'EDQUOT')
}
