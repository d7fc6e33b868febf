/** Of one customer, or of the installation. */
export const maxWebhooks = 20
/** Messages that wait for one webhook; what happens then is not told, and counted. */
export const maxWaiting = 5_000
/** Requests to one webhook at a time. */
export const maxInFlight = 4
/** Of one node, to all of them. */
export const maxInFlightInAll = 32
/** From the look-up of the name to the status: Standard Webhooks advise 15 to 30 s. */
export const requestMs = 20_000
/** A node that is gone loses its messages after so long. */
export const leaseMs = 60_000
/** How long one sees what became of messages. */
export const keptMs = 7 * 86_400_000
/** Of a webhook that is switched off, what waits is kept for so long. */
export const waitingKeptMs = 30 * 86_400_000
/** After a new secret both sign for so long. */
export const overlapMs = 24 * 3_600_000
/** One to which nothing has arrived for so long, whatever was tried, is switched off: as long as one message is tried (schedule.ts). */
export const failingMs = 72 * 3_600_000
