import { relayClasses } from '../mail/outgoing.ts'
import type { Candidate } from './choose.ts'
import type { RelaySnapshot } from './query/snapshot.ts'
import { noWarmUp } from './query/stored.ts'
import { type ListingCase, machineRelay, type Relay } from './relay.ts'
import { type RelayPast, standing } from './standing.ts'

/** A relay as the database has it, or the one that stands for the machine's own address. */
export interface Known {
  readonly relay: Relay
  readonly subject: string
  readonly past: Omit<RelayPast, 'cases'>
}

const machine: Known = {
  relay: { name: machineRelay, way: { kind: 'machine' }, weight: 1, classes: new Set(relayClasses), warmUp: noWarmUp },
  subject: machineRelay,
  past: { addedAtMs: 0, withdrawnAtMs: undefined, returnedAtMs: undefined },
}

/** Never empty. */
export function knownRelays({ relays }: RelaySnapshot): readonly Known[] {
  return relays.length > 0 ? relays : [machine]
}

interface Facts {
  readonly known: readonly Known[]
  /** Open ones, and those that count for a pause. */
  readonly cases: readonly (ListingCase & { readonly subject: string })[]
  /** Recipients carried today. */
  readonly today: (known: Known) => number
  readonly nowMs: number
  /** After a first listing. */
  readonly pauseMs: number
}

export function candidatesOf({ known, cases, today, nowMs, pauseMs }: Facts): readonly Candidate[] {
  return known.map((one) => {
    const own = cases.filter(({ subject }) => subject === one.subject)
    return {
      relay: one.relay,
      standing: standing({ ...one.past, cases: own }, one.relay.warmUp, nowMs, pauseMs),
      today: today(one),
      openCases: own.filter(({ goneAtMs }) => goneAtMs === undefined),
    }
  })
}
