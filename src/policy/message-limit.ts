import type { Recipient } from '../directory/recipient.ts'

/**
 * The largest message that the address takes, bytes. Of a list the largest of its mailboxes': one small plan must not cut off the others. What
 * other servers take is for them to say.
 */
export function messageLimit(recipient: Recipient): number {
  if (isForOthers(recipient)) return Number.POSITIVE_INFINITY
  return recipient.targets.reduce((largest, { maxMessageBytes }) => Math.max(largest, maxMessageBytes), 0)
}

/** No mailbox here must have room for it. One that keeps a copy of what it forwards must. */
export function isForOthers({ kind, targets, elsewhere }: Recipient): boolean {
  return targets.length === 0 || (elsewhere.length > 0 && kind !== 'mailbox')
}
