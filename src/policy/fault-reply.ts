import { isNoRoom } from '../base/file.ts'
import { ContentFull } from '../content/content.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { Reply } from '../mail/reply.ts'
import { replies } from './replies.ts'

/** Our own fault costs the sender a retry, never the message (DESIGN "Bad input, faults"): 452 where there is no room, else 451. */
export function faultReply(fault: unknown): Reply {
  const noRoom = fault instanceof ContentFull || (fault instanceof DatabaseUnavailable && fault.full) || isNoRoom(fault)
  return noRoom ? replies.storageFull : replies.ourFault
}
