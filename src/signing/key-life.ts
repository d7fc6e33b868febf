/** `made`: its record is to be published. `retired`: signs no more, its record is still wanted. `withdrawn`: the record can go. */
export type KeyState = 'made' | 'published' | 'signing' | 'retired' | 'withdrawn'
export type KeyAlgorithm = 'rsa' | 'ed25519'
/** What the DNS said of its record when it was asked last. `unknown`: it could not tell. */
export type RecordSeen = 'unchecked' | 'fine' | 'missing' | 'different' | 'unknown'

export interface KeyLife {
  readonly algorithm: KeyAlgorithm
  readonly state: KeyState
  /** When that began. */
  readonly stateAtMs: number
  readonly madeAtMs: number
  readonly seen: RecordSeen
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Until all name servers of the domain have a record that one of them has. */
const settleMs = hourMs
/** What a retired key signed may still be on its way: longer than any queue tries (RFC 5321 4.5.4.1), and people read old mail. */
const keepMs = 14 * dayMs

/** What becomes of a domain's keys, in their order; `gone`: nothing of it is left to be told. */
export function nextStates(keys: readonly KeyLife[], nowMs: number): (KeyState | 'gone')[] {
  return keys.map((key) => {
    const state = seenState(key)
    switch (state) {
      case 'made':
      case 'published':
      case 'signing': {
        const signer = signerAmong(keys, key.algorithm, nowMs)
        if (key === signer) return 'signing'
        if (signer === undefined || signer.madeAtMs < key.madeAtMs) return state
        // One that was never in use has nothing on its way.
        return state === 'signing' ? 'retired' : 'withdrawn'
      }
      case 'retired':
        return nowMs - key.stateAtMs >= keepMs ? 'withdrawn' : 'retired'
      case 'withdrawn':
        return key.seen === 'missing' ? 'gone' : 'withdrawn'
    }
  })
}

/** The newest that is published; beside one that signs already, only when it has been so for a while. */
function signerAmong(keys: readonly KeyLife[], algorithm: KeyAlgorithm, nowMs: number): KeyLife | undefined {
  const alike = keys.filter((key) => key.algorithm === algorithm)
  const isOneSigning = alike.some((key) => seenState(key) === 'signing')
  const isReady = (key: KeyLife) => {
    const state = seenState(key)
    return state === 'signing' || (state === 'published' && (!isOneSigning || (key.state === 'published' && nowMs - key.stateAtMs >= settleMs)))
  }
  return alike.filter(isReady).toSorted((a, b) => b.madeAtMs - a.madeAtMs)[0]
}

/** A record that came or went moves a key that is, or is to be, in use. */
function seenState({ state, seen }: KeyLife): KeyState {
  if (state === 'made' && seen === 'fine') return 'published'
  if ((state === 'published' || state === 'signing') && (seen === 'missing' || seen === 'different')) return 'made'
  return state
}

/** When the DNS is to be asked again: of what has just changed soon, of what has long been so once a day. */
export function nextCheckMs({ state, stateAtMs }: Pick<KeyLife, 'state' | 'stateAtMs'>, nowMs: number): number {
  switch (state) {
    case 'published':
      return stateAtMs + settleMs
    case 'signing':
      return nowMs + 6 * hourMs
    case 'retired':
      return stateAtMs + keepMs
    case 'made':
    case 'withdrawn':
      return nowMs + Math.min(Math.max((nowMs - stateAtMs) / 4, 5 * minuteMs), dayMs)
  }
}
