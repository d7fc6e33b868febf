import type { Recipient } from '../directory/recipient.ts'

/** The largest message that the address takes, bytes. Of a list the largest of its mailboxes': one small plan must not cut off the others. */
export function messageLimit(recipient: Recipient): number {
  let limitBytes = 0
  for (const target of recipient.targets) if (target.maxMessageBytes > limitBytes) limitBytes = target.maxMessageBytes
  return limitBytes
}
