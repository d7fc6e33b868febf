import type { Client } from '../mail/client.ts'
import { Correspondents } from '../protection/correspondents.ts'
import { Deliverers } from '../protection/deliverers.ts'
import { Greylisting } from '../protection/greylisting.ts'
import { Reputation } from '../protection/reputation.ts'
import { RefusingLists } from '../protection/refusing-lists.ts'
import type { CheckName, CheckResult } from '../mail/check.ts'
import type { Reply } from '../mail/reply.ts'
import { atConnect, DoorVisit } from './at-connect.ts'
import { atData } from './at-data.ts'
import { atMail } from './at-mail.ts'
import { atRcpt } from './at-rcpt.ts'
import type { Door, PolicyDependencies } from './dependencies.ts'
import { Findings } from './findings.ts'
import type { Policy, Transaction, Visit } from './policy.ts'
import { recordMessageRefusal, recordRefusal } from './refusals.ts'

/** Opens the door's tables of the ephemeral port, so make it at start. */
export function openDoor(dependencies: PolicyDependencies): Door {
  const { ephemeral, resolver, blocklists, clock, log, directory } = dependencies
  const maxEntries = directory.settings['greylisting.max-entries']
  return {
    ...dependencies,
    greylisting: new Greylisting({ ephemeral, maxEntries, clock, log }),
    reputation: new Reputation({ ephemeral, clock, log }),
    correspondents: new Correspondents({ ephemeral, clock, log }),
    refusingLists: new RefusingLists({ resolver, health: blocklists, clock }),
    deliverers: new Deliverers({ ephemeral, clock, log }),
  }
}

/** The door for mail from outside. */
export function createPolicy(door: Door): Policy {
  return {
    atConnect: (client: Client) => atConnect(door, client, 'mail'),
    atMail: async (transaction) => atMail(door, transaction),
    atRcpt: (visit, transaction, forwardPath) => atRcpt(door, ours(visit), transaction, forwardPath),
    atData: async (transaction, message) => atData(door, transaction, message),
    noteRefusal: (transaction, because, reply, rcpt) => noteRefusal(door, transaction, { because, reply, rcpt }),
  }
}

/** See `Policy.noteRefusal`. */
export function noteRefusal(
  door: Door,
  transaction: Transaction,
  { because, reply, rcpt }: { readonly because: CheckName; readonly reply: Reply; readonly rcpt: string | undefined },
): void {
  const findings = new Findings()
  // Its texts are among the reasons (smtp/server/noted.test.ts).
  findings.add({ check: because, result: reply.code >= 500 ? 'fail' : 'wait', reason: reply.text } as CheckResult)
  if (rcpt === undefined) return recordMessageRefusal(door, transaction, undefined, reply, findings.checks)
  const { client, queueId, reversePath, originator, declaredSizeBytes } = transaction
  recordRefusal(door, { client, queueId, reversePath, originator, rcpt, sizeBytes: declaredSizeBytes }, reply, findings.checks)
}

export function ours(visit: Visit): DoorVisit {
  if (visit instanceof DoorVisit) return visit
  throw new TypeError('a visit that atConnect did not make')
}
