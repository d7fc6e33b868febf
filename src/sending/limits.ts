/** Bounds of what is held and tried at once. */
export const sendingLimits = {
  /** Recipients in memory, some hundred octets each; the rest waits in the database. */
  heldRecipients: 4_000,
  /** Messages of one destination in memory: it must not keep the others out. */
  heldPerDestination: 200,
  /** Recipients that are asked of the queue at a time. */
  takenAtOnce: 500,
  /** Leases are renewed while they are worked on; those of a process that died run out after so long. */
  leaseMs: 60_000,
  /** Sessions without work are kept so long. */
  idleMs: 5_000,
  /** Addresses that one attempt tries, as Postfix does: a message must not spend hours on dead hosts. */
  addressesPerAttempt: 5,
  /** Where one of them took the connection, and then broke it or said 4xx, one more. */
  sessionsPerAttempt: 2,
  /** One message on one session, whatever its size … */
  transactionMs: 30 * 60_000,
  /** … and so many octets a second of the rest: who reads more slowly blocks a session for nothing. */
  leastOctetsPerSecond: 2_000,
  /** What was found out of a destination is used so long without asking the cache of the resolver. */
  targetMs: 60_000,
  targets: 5_000,
  /** Waits between attempts to write down what became of a message. */
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
} as const
