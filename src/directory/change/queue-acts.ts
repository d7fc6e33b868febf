import { directoryChange, type Step } from './change.ts'

interface QueueAct {
  /** What was named: a queue id, a mailbox, a customer, a domain. */
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

const note = async ({ args }: Step<QueueAct>) => ({ done: undefined, audit: args })

/** The queue has done it; who wanted that is noted where all such changes are. */
export const noteQueueDelete = directoryChange('queue.delete', note)
export const noteQueueHold = directoryChange('queue.hold', note)
export const noteQueueRelease = directoryChange('queue.release', note)
/** Sessions of the subject are over. */
export const noteSessionsEnded = directoryChange('session.end', note)
