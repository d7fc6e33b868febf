import { availableParallelism } from 'node:os'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { formatAddress } from '../../mail/address.ts'
import type { Client } from '../../mail/client.ts'
import type { BlocklistHealth } from '../../dns/blocklist-health.ts'
import type { AccountId } from '../../mail/ids.ts'
import { receivedField } from '../../smtp/server/received-field.ts'
import type { Dns } from '../../msgauth/dns.ts'
import type { EngineMessage } from '../../engines/engine.ts'
import type { Judged, Judging, MessageToJudge, Timed } from '../../policy/judging.ts'
import { ofOthers, type OthersScore, withOthers } from '../../spam/others.ts'
import type { SpamScore } from '../../spam/score.ts'
import { trustedSealers } from '../../policy/sender.ts'
import type { Clamd } from '../../virus/clamd.ts'
import type { JudgeJob } from './calls.ts'
import type { Engines } from './engines.ts'
import { handedOver } from './job-octets.ts'
import type { LearnedModels } from './models.ts'
import { JudgingPool } from './pool.ts'

export interface JudgeOptions {
  /** Undefined: there is no virus check. */
  readonly clamd: Clamd | undefined
  readonly engines: Engines
  readonly models: LearnedModels
  /** What the installation's model learns by itself. */
  readonly autolearn: (label: 'spam' | 'ham', octets: Uint8Array<ArrayBuffer>) => void
  readonly dns: Dns
  /** Is told how blocklists answered. */
  readonly blocklists: Pick<BlocklistHealth, 'note'>
  /** The folder of the operator's own rules. */
  readonly ownRules: string
  /** Our own. */
  readonly hostname: string
  /** That speak the protocols: they share the cores. */
  readonly processes: number
  readonly clock: Clock
  readonly log: Log
}

/** Asks clamd, the judging threads and others' engines about a message, side by side. */
export class Judge implements Judging {
  readonly #options: JudgeOptions
  readonly #pool: JudgingPool

  constructor(options: JudgeOptions) {
    const { processes, dns, ownRules, log } = options
    this.#options = options
    this.#pool = new JudgingPool({ threads: Math.max(1, Math.floor(availableParallelism() / processes) - 1), dns, ownRules, log })
  }

  get hasVirusCheck(): boolean {
    return this.#options.clamd !== undefined
  }

  /** Gets ready for the first message. */
  warm(): void {
    this.#pool.warm()
  }

  async judge(message: MessageToJudge): Promise<Judged> {
    const { clamd, engines } = this.#options
    const { settings } = message
    const filtered = message.authenticate || message.filter ? this.#filter(message) : undefined
    const asked = message.filter && engines.any ? timed(engines.ask(this.#questionOf(message), settings)) : undefined
    const scanned = clamd && timed(clamd.scan(message.octets, settings['virus.timeout']))
    const [judged, others, virus] = await Promise.all([filtered, asked, scanned])
    const all: Judged = { ...(others === undefined ? judged : joined(judged ?? {}, others, settings['spam.own-tests'])), virus }
    this.#options.log.debug('message judged', {
      queueId: message.queueId,
      ...{ score: all.spam?.found.common.score, noScore: all.noScore, virus: virus?.found.reason, busy: all.busy },
    })
    return all
  }

  async close(): Promise<void> {
    this.#options.clamd?.close()
    this.#options.engines.close()
    await this.#pool.close()
  }

  async #filter(message: MessageToJudge): Promise<Judged> {
    const { models, autolearn } = this.#options
    const { settings } = message
    const timeoutMs = settings['spam.timeout']
    const outcome = await this.#pool.run(this.#jobOf(message, await models.of(message.accounts)), timeoutMs)
    switch (outcome) {
      case 'busy':
        return { busy: true }
      case 'too late':
      case 'fault of ours':
        return { noScore: outcome }
      default: {
        const { authentication: found, authenticationMicros, spam } = outcome
        const authentication = found && { found, micros: authenticationMicros }
        if (spam === undefined) return { authentication }
        const { common, own, micros, seen, lists } = spam
        for (const tally of lists) if (tally.asked > 0) this.#options.blocklists.note(tally)
        // What people of ours send says nothing of what comes in.
        if (seen !== undefined && message.client !== undefined && common.autolearn !== 'no' && settings['spam.autolearn']) autolearn(common.autolearn, seen)
        return { spam: { found: { common, own: new Map<AccountId, SpamScore>(own) }, micros }, authentication }
      }
    }
  }

  #questionOf(message: MessageToJudge): EngineMessage {
    const { hostname, clock } = this.#options
    const { reversePath, client = signedIn } = message
    const hidesClient = message.client === undefined
    const trace = receivedField({ ...message, client, hidesClient, hostname, onlyRecipient: undefined, atMs: clock.now() })
    return { ...message, reversePath: reversePath === null ? '' : formatAddress(reversePath), trace }
  }

  #jobOf(message: MessageToJudge, models: JudgeJob['models']): JudgeJob {
    const { queueId, client, clientName, reversePath, recipients, settings } = message
    const { hostname, clock } = this.#options
    const sender = reversePath === null ? '' : formatAddress(reversePath)
    return {
      kind: 'judge',
      queueId,
      octets: handedOver(message.octets),
      filter: message.filter,
      client: client && { ip: client.ip, helo: client.helo ?? '', hostName: clientName },
      envelope: { reversePath: sender, recipients },
      reversePath,
      known: message.known,
      hostname,
      nowMs: clock.now(),
      timeoutMs: settings['spam.timeout'],
      testString: settings['spam.test-string'],
      trustedSealers: trustedSealers(settings),
      models,
    }
  }
}

/** From where somebody of ours sends says nothing. */
const signedIn: Client = { ip: '127.0.0.1', port: 0, helo: undefined, protocol: 'ESMTPSA', tls: undefined }

/** What is known by now: of ours and theirs, of either, or of none. */
function joined(judged: Judged, { found: others, micros }: Timed<OthersScore>, ownTests: 'always' | 'fallback'): Judged {
  const { spam, busy } = judged
  if (busy === true) return judged
  if (spam === undefined) {
    if (!others.answered) return judged
    return { authentication: judged.authentication, spam: { found: { common: ofOthers(others), own: new Map<AccountId, SpamScore>() }, micros } }
  }
  const { common, own } = spam.found
  const both = (score: SpamScore) => withOthers(score, others, ownTests)
  const found = { common: both(common), own: new Map([...own].map(([accountId, score]) => [accountId, both(score)])) }
  return { ...judged, spam: { found, micros: Math.max(spam.micros, micros) } }
}

async function timed<Found>(work: Promise<Found>): Promise<Timed<Found>> {
  const beganMs = performance.now()
  const found = await work
  return { found, micros: Math.round((performance.now() - beganMs) * 1000) }
}
