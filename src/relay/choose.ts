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
  /** It can wait until a way that is only pausing or warming up has room. */
  readonly patient: boolean
}

/** `despite`: no way is open; this is the least bad one. Where even that is `listed`, somebody has to be told (SPEC D2). */
export type Choice = { readonly relay: Relay; readonly despite: 'warming' | 'pausing' | 'listed' | undefined } | undefined

/**
 * Which way mail of a class takes now; undefined: it has to wait, since the ways that may carry it have sent what they may today, or nobody may at all.
 * @param chance 0 to 1
 */
export function choose(candidates: readonly Candidate[], wish: Wish, chance: number): Choice {
  const fit = candidates.filter(({ relay, standing }) => relay.classes.has(wish.class) && !isOutByHand(standing))
  const open = fit.filter(hasRoom)
  const untried = open.filter(({ relay }) => !wish.not.has(relay.name))
  const found = pick(untried.length > 0 ? untried : open, chance)
  if (found !== undefined) return { relay: found.relay, despite: undefined }
  const [least] = fit.toSorted((a, b) => rank(a) - rank(b) || burden(a) - burden(b))
  if (least === undefined) return undefined
  const { state } = least.standing
  if (state === 'in' || state === 'withdrawn') return { relay: least.relay, despite: 'listed' }
  // A way that is only warming or pausing will do soon: mail can wait for it, for a while. Where all are listed, waiting helps nobody.
  return wish.patient ? undefined : { relay: least.relay, despite: state }
}

/** Is there a way that is open for this mail, and was not tried? */
export function hasAnother(candidates: readonly Candidate[], wish: Pick<Wish, 'class' | 'not'>): boolean {
  return candidates.some((candidate) => candidate.relay.classes.has(wish.class) && !wish.not.has(candidate.relay.name) && hasRoom(candidate))
}

function isOutByHand(standing: Standing): boolean {
  return standing.state === 'withdrawn' && standing.by === 'hand'
}

/** Of ways that are not open. */
function rank({ standing }: Candidate): number {
  return { in: 0, warming: 0, pausing: 1, withdrawn: 2 }[standing.state]
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
