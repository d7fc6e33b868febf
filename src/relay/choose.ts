import type { RelayClass } from '../mail/outgoing.ts'
import type { ListingCase, Relay } from './relay.ts'
import type { Standing } from './standing.ts'

/** A relay as it is now. */
export interface Candidate {
  readonly relay: Relay
  readonly standing: Standing
  /** Recipients that it carried today. */
  readonly today: number
  readonly openCases: readonly ListingCase[]
}

export interface Wish {
  readonly class: RelayClass
  /** Where it was tried in vain because of a listing: another way, if there is one. */
  readonly not: ReadonlySet<string>
}

/** `despite`: all ways are out; this is the least bad one, and somebody has to be told (SPEC D2). */
export type Choice = { readonly relay: Relay; readonly despite: boolean } | undefined

/**
 * Which way mail of a class takes now; undefined: it has to wait, since the ways that may carry it have sent what they may today, or nobody may at all.
 * @param chance 0 to 1
 */
export function choose(candidates: readonly Candidate[], wish: Wish, chance: number): Choice {
  const fit = candidates.filter(({ relay }) => relay.classes.has(wish.class))
  const open = fit.filter(hasRoom)
  const untried = open.filter(({ relay }) => !wish.not.has(relay.name))
  const found = pick(untried.length > 0 ? untried : open, chance)
  if (found !== undefined) return { relay: found.relay, despite: false }
  // A way that is only warming or pausing will do soon: mail can wait for it. Where all are listed, waiting helps nobody.
  if (fit.some(({ standing }) => standing.state !== 'withdrawn')) return undefined
  const [least] = fit.filter(({ standing }) => standing.state === 'withdrawn' && standing.by === 'listing').sort((a, b) => burden(a) - burden(b))
  return least && { relay: least.relay, despite: true }
}

function hasRoom({ standing, today }: Candidate): boolean {
  return standing.state === 'in' || (standing.state === 'warming' && today < standing.today)
}

/** By weight; those of weight 0 only among themselves. */
function pick(candidates: readonly Candidate[], chance: number): Candidate | undefined {
  const total = candidates.reduce((sum, { relay }) => sum + relay.weight, 0)
  if (total === 0) return candidates[Math.floor(chance * candidates.length)]
  let left = chance * total
  const weighty = candidates.filter(({ relay }) => relay.weight > 0)
  return weighty.find(({ relay }) => (left -= relay.weight) < 0) ?? weighty.at(-1)
}

function burden({ openCases }: Candidate): number {
  return openCases.reduce((sum, { weight }) => sum + weight, 0)
}
