import { registrableDomain } from '../mail/public-suffix.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Settings } from '../directory/settings.ts'
import type { Entry, Ephemeral, Table } from '../ephemeral/ephemeral.ts'
import type { ReversePath } from '../mail/address.ts'
import type { Found } from '../mail/check.ts'
import { hostOf, networkOf } from '../mail/network.ts'

/** Settings `greylisting.*`. */
export type GreylistSettings = Pick<
  Settings,
  'greylisting.delay' | 'greylisting.window' | 'greylisting.memory' | 'greylisting.trusted-after' | 'greylisting.max-entries'
>

/** wait: `first seen`, `too soon`. pass: `came back`, `known`, `trusted host`. temperror: `table unavailable`, which must not put off anybody's mail. */
export interface GreylistResult extends Found<'greylisting'> {
  readonly result: 'pass' | 'wait' | 'temperror'
}

/** What was found, and what the table is to hold from now on (undefined: as it is). */
export interface GreylistDecision {
  readonly result: GreylistResult
  readonly entry: Entry | undefined
}

/** An entry in use is written again only when that makes it last longer by so much: a busy sender costs one write a day. */
const renewalMs = 24 * 3_600_000

/** Has this sender waited long enough (SPEC A2)? No clock, no table. `entry`: what is remembered, expired or not. */
export function greylist(entry: Entry | undefined, nowMs: number, settings: GreylistSettings): GreylistDecision {
  if (entry === undefined || entry.expiresAtMs <= nowMs) {
    return { result: firstSeen, entry: { firstSeenAtMs: wholeSecond(nowMs), expiresAtMs: nowMs + settings['greylisting.window'], confirmations: 0 } }
  }
  const expiresAtMs = nowMs + settings['greylisting.memory']
  if (entry.confirmations === 0) {
    const waitedMs = nowMs - entry.firstSeenAtMs
    if (waitedMs < settings['greylisting.delay']) return { result: tooSoon, entry: undefined }
    return { result: { ...cameBack, detail: `after ${Math.round(waitedMs / 1000)} s` }, entry: { ...entry, expiresAtMs, confirmations: 1 } }
  }
  return { result: known, entry: expiresAtMs - entry.expiresAtMs < renewalMs ? undefined : { ...entry, expiresAtMs } }
}

/** Tables keep seconds. Rounding, not cutting: a delay of a second then means one, give or take a half, and never none. */
function wholeSecond(ms: number): number {
  return Math.round(ms / 1000) * 1000
}

/**
 * Is this host, which has waited for several senders, still to be made to wait? Never, when `trusted-after` is 0.
 */
export function isTrusted(host: Entry | undefined, nowMs: number, settings: GreylistSettings): host is Entry {
  const needed = settings['greylisting.trusted-after']
  return needed > 0 && host !== undefined && host.expiresAtMs > nowMs && host.confirmations >= needed
}

/**
 * What stands for the sending side. The organisational domain of a verified host name, so that the many machines of one sender count
 * as one. Under a provider where strangers get names of their own, the name is the stranger's, or nobody's (compute-1.amazonaws.com): the
 * private part of the public suffix list says where. Without an organisation, the network.
 */
export function sendingSide(ip: string, hostName: string | undefined): string {
  const organisation =
    hostName === undefined ? null : registrableDomain(hostName, { allowPrivateDomains: true, extractHostname: false, validateHostname: false })
  return organisation ?? networkOf(ip, 64)
}

/** The recipient is not part of it. The case of a local part means something to its owner alone (RFC 5321 2.4). */
export function greylistKey(reversePath: ReversePath, side: string): string {
  const sender = reversePath === null ? '<>' : `${reversePath.localPart}@${reversePath.domain}`
  return `sender ${sender} ${side}`
}

/** Who wants to bring mail. */
export interface GreylistedSender {
  readonly reversePath: ReversePath
  readonly ip: string
  /** The client's verified name, where it is known. */
  readonly hostName: string | undefined
}

/** The greylist with its table, which survives a restart and is shared by all nodes. */
export class Greylisting {
  readonly #table: Table
  readonly #clock: Clock
  readonly #log: Log

  /** `maxEntries`: setting `greylisting.max-entries`, as it is when the server starts. */
  constructor(options: { readonly ephemeral: Ephemeral; readonly maxEntries: number; readonly clock: Clock; readonly log: Log }) {
    this.#table = options.ephemeral.table('greylist', { maxEntries: options.maxEntries })
    this.#clock = options.clock
    this.#log = options.log
  }

  /** Judges, and remembers. */
  async judge(sender: GreylistedSender, settings: GreylistSettings): Promise<GreylistResult> {
    try {
      return await this.#judge(greylistKey(sender.reversePath, sendingSide(sender.ip, sender.hostName)), `host ${hostOf(sender.ip)}`, settings)
    } catch (err) {
      this.#log.error('greylist unavailable', { err })
      return unavailable
    }
  }

  /** Somebody wants this sender's mail: it is as if it had come back in time. */
  async confirm(sender: GreylistedSender, settings: GreylistSettings): Promise<void> {
    const nowMs = this.#clock.now()
    const key = greylistKey(sender.reversePath, sendingSide(sender.ip, sender.hostName))
    await this.#table.put(key, { firstSeenAtMs: nowMs, expiresAtMs: nowMs + settings['greylisting.memory'], confirmations: 1 })
  }

  /** Takes that back. */
  async forget(sender: GreylistedSender): Promise<void> {
    await this.#table.delete(greylistKey(sender.reversePath, sendingSide(sender.ip, sender.hostName)))
  }

  async #judge(key: string, hostKey: string, settings: GreylistSettings): Promise<GreylistResult> {
    const nowMs = this.#clock.now()
    const decision = greylist(await this.#table.get(key), nowMs, settings)
    if (decision.result.reason === 'known') {
      if (decision.entry !== undefined) await this.#table.put(key, decision.entry)
      return decision.result
    }
    const host = await this.#table.get(hostKey)
    if (isTrusted(host, nowMs, settings)) {
      const expiresAtMs = nowMs + settings['greylisting.memory']
      if (expiresAtMs - host.expiresAtMs >= renewalMs) await this.#table.put(hostKey, { ...host, expiresAtMs })
      return trustedHost
    }
    if (decision.entry !== undefined) await this.#table.put(key, decision.entry)
    if (decision.result.result === 'pass') await this.#table.put(hostKey, countReturn(host, nowMs, settings))
    return decision.result
  }
}

/** The host came back for one more sender. */
function countReturn(host: Entry | undefined, nowMs: number, settings: GreylistSettings): Entry {
  const before = host !== undefined && host.expiresAtMs > nowMs ? host : { firstSeenAtMs: nowMs, confirmations: 0 }
  return { firstSeenAtMs: before.firstSeenAtMs, expiresAtMs: nowMs + settings['greylisting.memory'], confirmations: Math.min(255, before.confirmations + 1) }
}

const firstSeen: GreylistResult = { check: 'greylisting', result: 'wait', reason: 'first seen' }
const tooSoon: GreylistResult = { check: 'greylisting', result: 'wait', reason: 'too soon' }
const cameBack: GreylistResult = { check: 'greylisting', result: 'pass', reason: 'came back' }
const known: GreylistResult = { check: 'greylisting', result: 'pass', reason: 'known' }
const trustedHost: GreylistResult = { check: 'greylisting', result: 'pass', reason: 'trusted host' }
const unavailable: GreylistResult = { check: 'greylisting', result: 'temperror', reason: 'table unavailable' }
