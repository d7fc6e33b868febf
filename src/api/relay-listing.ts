import type { OperationContext } from './context.ts'
import type { CaseShown, RelayListing } from './contract/relays.ts'
import { candidatesOf, type Known, knownRelays } from '../relay/known.ts'
import { type DayCounts, relaySnapshot, type RelaySnapshot } from '../relay/query/snapshot.ts'
import type { CaseHistory } from '../relay/query/history.ts'
import type { StoredCase } from '../relay/query/stored.ts'
import type { Candidate } from '../relay/choose.ts'
import type { RelayWay } from '../relay/relay.ts'

const nothing: DayCounts = { delivered: 0, deferred: 0, failed: 0, listed: 0 }

/** Relays as they are now, and what they were made from. */
export async function relaysNow({ directory, clock, relays }: OperationContext): Promise<{
  readonly snapshot: RelaySnapshot
  readonly listings: readonly RelayListing[]
}> {
  const nowMs = clock.now()
  const snapshot = await directory.query(relaySnapshot, { nowMs })
  const today = new Map(snapshot.today)
  const known = knownRelays(snapshot)
  const carried = ({ subject }: Known) => today.get(subject) ?? nothing
  const sum = (one: Known) => carried(one).delivered + carried(one).failed + carried(one).listed
  const candidates = candidatesOf({ known, cases: snapshot.cases, today: sum, nowMs, pauseMs: directory.settings['relay.pause'] })
  const listings = known.map(async (one, index): Promise<RelayListing> => {
    const { relay, subject } = one
    const { way } = relay
    const state = candidates[index]?.standing
    const cases = snapshot.cases.filter(({ subject: of, goneAtMs }) => of === subject && goneAtMs === undefined)
    return {
      name: relay.name,
      kind: way.kind,
      address: addressOf(way),
      helloName: way.kind === 'ip' ? way.helloName : null,
      tls: way.kind === 'smart-host' ? way.smartHost.tls : null,
      user: way.kind === 'smart-host' ? (way.smartHost.signIn?.user ?? null) : null,
      weight: relay.weight,
      classes: [...relay.classes],
      warmUp: Number.isFinite(relay.warmUp.firstDay) ? relay.warmUp : null,
      ...shownState(state),
      why: snapshot.relays.find(({ relay: { name } }) => name === relay.name)?.withdrawnWhy ?? null,
      here: way.kind !== 'ip' || (await relays.isLocalAddress(way.ip)),
      today: carried(one),
      cases: cases.map((open) => caseShown({ ...open, notes: [] }, relay.name, relays)),
    }
  })
  return { snapshot, listings: await Promise.all(listings) }
}

export function caseShown(
  { caseId, kind, list, sinceMs, goneAtMs, withdraws, reason, apply, notes }: CaseHistory | (StoredCase & { readonly notes: readonly [] }),
  relay: string,
  relays: OperationContext['relays'],
): CaseShown {
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    case: caseId,
    relay,
    kind,
    list,
    name: kind === 'list' ? (relays.listName(list) ?? list) : list,
    since: iso(sinceMs),
    gone: goneAtMs === undefined ? null : iso(goneAtMs),
    withdraws,
    reason,
    apply: apply ?? null,
    notes: notes.map(({ atMs, kind: noteKind, text }) => ({ at: iso(atMs), kind: noteKind, text })),
  }
}

function addressOf(way: RelayWay): string | null {
  switch (way.kind) {
    case 'ip':
      return way.ip
    case 'smart-host':
      return `${way.smartHost.host.includes(':') ? `[${way.smartHost.host}]` : way.smartHost.host}:${way.smartHost.port}`
    case 'machine':
      return null
  }
}

function shownState(standing: Candidate['standing'] | undefined): Pick<RelayListing, 'state' | 'by' | 'until' | 'mostToday'> {
  const none = { by: null, until: null, mostToday: null }
  if (standing === undefined || standing.state === 'in') return { state: 'in', ...none }
  if (standing.state === 'withdrawn') return { state: 'withdrawn', ...none, by: standing.by }
  if (standing.state === 'pausing') return { state: 'pausing', ...none, until: new Date(standing.untilMs).toISOString() }
  return { state: 'warming', ...none, mostToday: standing.today }
}
