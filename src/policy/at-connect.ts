import { type CheckReasons, found } from '../mail/check.ts'
import type { Client } from '../mail/client.ts'
import type { Reply } from '../mail/reply.ts'
import { accept, type Verdict } from '../mail/verdict.ts'
import type { BudgetExcess, ConnectionKind, ConnectionShare } from '../protection/budgets.ts'
import type { Door } from './dependencies.ts'
import { Findings } from './findings.ts'
import type { Visit } from './policy.ts'
import { recordRefusal } from './refusals.ts'
import { replies } from './replies.ts'

/** May this client talk to us at all, and how long does it wait for the greeting? */
export async function atConnect(door: Door, client: Client, kind: ConnectionKind): Promise<Visit> {
  const findings = new Findings()
  const budget = await door.budgets.connect(client.ip, kind)
  if (budget.excess !== undefined) {
    const visit = new DoorVisit(door, client, budget, { greetingDelayMs: 0 })
    visit.refuse(excessReply(budget.excess, client.ip), 'connection-limits', budget.excess, findings)
    return visit
  }
  const delayMs = door.directory.settings['greeting.delay']
  // People's programs are no spam robots, and a wait before each message is one too many.
  const greetingDelayMs = kind === 'access' || delayMs === 0 || (await door.deliverers.knows(client.ip)) ? 0 : delayMs
  return new DoorVisit(door, client, budget, { greetingDelayMs })
}

/** A connection, with its share of the budgets. */
export class DoorVisit implements Visit {
  readonly greetingDelayMs: number
  readonly #door: Door
  readonly #client: Client
  readonly #budget: ConnectionShare
  #verdict: Verdict = accept

  constructor(door: Door, client: Client, budget: ConnectionShare, options: { readonly greetingDelayMs: number }) {
    this.#door = door
    this.#client = client
    this.#budget = budget
    this.greetingDelayMs = options.greetingDelayMs
  }

  get verdict(): Verdict {
    return this.#verdict
  }

  earlyTalker(): Reply {
    return this.refuse(replies.earlyTalker, 'early-talker', 'spoke before the greeting', new Findings())
  }

  async badCommand(): Promise<Reply | undefined> {
    const excess = await this.#budget.badCommand()
    return excess === undefined ? undefined : this.refuse(replies.tooManyErrors, 'connection-limits', excess, new Findings())
  }

  /** A recipient that does not exist: the reply, where that was one too many. Who asked is in the journal already. */
  async unknownRecipient(): Promise<Reply | undefined> {
    return (await this.#budget.unknownRecipient()) === undefined ? undefined : replies.tooManyUnknown
  }

  close(): void {
    this.#budget.close()
  }

  refuse<Name extends 'connection-limits' | 'early-talker'>(reply: Reply, because: Name, reason: CheckReasons[Name], findings: Findings): Reply {
    findings.add(found(because, 'fail', reason))
    recordRefusal(this.#door, { client: this.#client }, reply, findings.checks)
    this.#verdict = { action: reply.code >= 500 ? 'reject' : 'defer', reply, because }
    return reply
  }
}

function excessReply(excess: BudgetExcess, ip: string): Reply {
  switch (excess) {
    case 'too many at once':
    case 'too many a minute':
      return replies.tooManyConnections(ip)
    case 'too many errors':
      return replies.tooManyErrors
    case 'too many unknown recipients':
      return replies.tooManyUnknown
  }
}
