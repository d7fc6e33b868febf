import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import { type Outside, OutsideFailed } from '../outside/outside.ts'
import type { KeyVault } from '../signing/key-vault.ts'
import { pruneWebhooks, switchOff, type WhyOff } from './change.ts'
import { gatherAudit } from './gather.ts'
import { failingMs, keptMs, leaseMs, maxInFlightInAll, requestMs } from './limits.ts'
import { retryAfterMs, waitAfter } from './schedule.ts'
import { secretPlace, signedFields } from './signature.ts'
import { freeMessages, nextMessageQuery, settleMessage, type Taken, takeMessages } from './take.ts'

/** What another node has done waits so long to be noticed. */
const pollMs = 5_000
/** Changes that come one after another are gathered together. */
const gatherMs = 100
const pruneMs = 3_600_000

export interface WebhookPostOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly directory: Pick<Directory, 'change' | 'onChange'>
  readonly outside: Pick<Outside, 'request'>
  readonly vault: Pick<KeyVault, 'openOctets'>
  /** Of this node; nobody else has it (queue/node.ts). */
  readonly node: number
  /** What we call ourselves. */
  readonly userAgent: string
  /** Its owners are to be told. */
  readonly switchedOff: (webhook: { readonly customerId: number; readonly url: string }, why: Exclude<WhyOff, 'asked'>) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  /** 0 to 1. */
  readonly random?: () => number
}

/** Makes messages of what happens and sends them, in the first process of a node. */
export class WebhookPost {
  readonly #options: WebhookPostOptions
  readonly #stopped = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #inFlight = new Map<string, number>()
  #woken: (() => void) | undefined
  #isWoken = false
  #prunedAtMs = -Infinity
  #running: Promise<void> | undefined

  constructor(options: WebhookPostOptions) {
    this.#options = options
  }

  start(): void {
    const unsubscribe = this.#options.directory.onChange(() => this.wake())
    this.#running = this.#run().finally(unsubscribe)
  }

  /** There may be something to do. */
  wake(): void {
    this.#isWoken = true
    this.#woken?.()
  }

  /** What is under way may take so long; it is sent again by the next life otherwise. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped.abort()
    this.wake()
    await this.#running
    const patience = new AbortController()
    await Promise.race([Promise.all(this.#underWay), sleep(graceMs, undefined, { signal: patience.signal }).catch(() => undefined)])
    patience.abort()
  }

  async #run(): Promise<void> {
    const { database, node, clock, log } = this.#options
    const { signal } = this.#stopped
    for (let isRecovered = false; !signal.aborted; ) {
      try {
        if (!isRecovered) await database.change(freeMessages, { node, nowMs: clock.now() })
        isRecovered = true
        await this.#prune()
        const dueMs = await this.#work()
        await this.#pause(dueMs === undefined ? pollMs : Math.min(pollMs, dueMs - clock.now()))
      } catch (err) {
        log.warn('webhooks wait', { err })
        await this.#pause(pollMs)
      }
    }
  }

  /** All that can be done now. Resolves to when there is more. */
  async #work(): Promise<number | undefined> {
    const { database, clock } = this.#options
    for (;;) {
      this.#isWoken = false
      const { dueMs, isAuditNew } = await database.query(nextMessageQuery, { inFlight: Object.fromEntries(this.#inFlight) })
      const isRoom = this.#underWay.size < maxInFlightInAll
      const isDue = isRoom && dueMs !== undefined && dueMs <= clock.now()
      if (this.#stopped.signal.aborted || (!isAuditNew && !isDue)) return isRoom ? dueMs : undefined
      if (isAuditNew) await this.#gather()
      await this.#sendSome()
    }
  }

  async #gather(): Promise<void> {
    while (!this.#stopped.signal.aborted && (await this.#options.database.change(gatherAudit, undefined)));
  }

  async #sendSome(): Promise<void> {
    const { database, node, clock, log } = this.#options
    const limit = maxInFlightInAll - this.#underWay.size
    if (limit <= 0) return
    for (const taken of await database.change(takeMessages, { node, nowMs: clock.now(), leaseMs, limit, inFlight: Object.fromEntries(this.#inFlight) })) {
      const { webhookId } = taken
      this.#inFlight.set(webhookId, (this.#inFlight.get(webhookId) ?? 0) + 1)
      const sent: Promise<void> = this.#send(taken)
        .catch((err: unknown) => log.warn('a webhook’s message is sent again later', { webhookId, err }))
        .finally(() => {
          this.#underWay.delete(sent)
          const left = (this.#inFlight.get(webhookId) ?? 1) - 1
          if (left === 0) this.#inFlight.delete(webhookId)
          else this.#inFlight.set(webhookId, left)
          this.wake()
        })
      this.#underWay.add(sent)
    }
  }

  async #send(message: Taken): Promise<void> {
    const { database, node, clock, random = Math.random } = this.#options
    const { messageId, webhookId, tries } = message
    const beganMs = performance.now()
    const { status, failure, wishMs = 0 } = await this.#try(message)
    const atMs = clock.now()
    const isDelivered = status !== undefined && status >= 200 && status <= 299
    // 410: it does not want any more.
    const waitMs = status === 410 ? undefined : waitAfter(tries + 1, random(), wishMs)
    const nextMs = isDelivered || waitMs === undefined ? undefined : atMs + waitMs
    const tookMs = Math.round(performance.now() - beganMs)
    const failingSinceMs = await database.change(settleMessage, { node, messageId, webhookId, isDelivered, nextMs, atMs, tookMs, status, failure })
    if (isDelivered || nextMs !== undefined || failingSinceMs === undefined) return
    if (status === 410) await this.#switchOff(webhookId, 'gone')
    else if (atMs - failingSinceMs >= failingMs) await this.#switchOff(webhookId, 'failing')
  }

  async #try({ messageId, webhookId, payload, url, secrets }: Taken) {
    const { outside, vault, clock, userAgent } = this.#options
    const opened = await Promise.all(secrets.map((secret) => vault.openOctets(secret, secretPlace(webhookId))))
    const fields = signedFields({ messageId, atMs: clock.now(), payload }, opened)
    const headers = { 'content-type': 'application/json', 'user-agent': userAgent, ...fields }
    try {
      const answer = await outside.request(new URL(url), { method: 'POST', headers, body: payload, timeoutMs: requestMs, maxOctets: 0 })
      return { status: answer.status, wishMs: retryAfterMs(answer.headers['retry-after'], clock.now()) }
    } catch (err) {
      if (!(err instanceof OutsideFailed)) throw err
      return { failure: err.failure }
    }
  }

  async #switchOff(webhookId: string, why: Exclude<WhyOff, 'asked'>): Promise<void> {
    const { directory, log, switchedOff } = this.#options
    const { done } = { done: undefined, ...(await directory.change(switchOff, 'server', { webhookId, why })) }
    if (done === undefined) return
    log.info('webhook switched off', { webhookId, why })
    await switchedOff(done, why)
  }

  async #prune(): Promise<void> {
    const { database, clock } = this.#options
    const nowMs = clock.now()
    if (nowMs - this.#prunedAtMs < pruneMs) return
    this.#prunedAtMs = nowMs
    while (!this.#stopped.signal.aborted && (await database.change(pruneWebhooks, { beforeMs: nowMs - keptMs, nowMs })));
  }

  async #pause(ms: number): Promise<void> {
    if (!this.#isWoken && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms).unref()
        this.#woken = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#woken = undefined
    }
    await sleep(gatherMs, undefined, { signal: this.#stopped.signal, ref: false }).catch(() => undefined)
  }
}
