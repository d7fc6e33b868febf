import type { Client } from '../mail/client.ts'
import { Correspondents } from '../protection/correspondents.ts'
import { Deliverers } from '../protection/deliverers.ts'
import { Greylisting } from '../protection/greylisting.ts'
import { Reputation } from '../protection/reputation.ts'
import { RefusingLists } from '../protection/refusing-lists.ts'
import { atConnect, DoorVisit } from './at-connect.ts'
import { atData } from './at-data.ts'
import { atMail } from './at-mail.ts'
import { atRcpt } from './at-rcpt.ts'
import type { Door, PolicyDependencies } from './dependencies.ts'
import { Findings } from './findings.ts'
import type { Policy, Visit } from './policy.ts'
import { recordMessageRefusal, recordRefusal } from './refusals.ts'

/** The door for mail from outside. Opens its tables of the ephemeral port, so make it at start. */
export function createPolicy(dependencies: PolicyDependencies): Policy {
  const { ephemeral, resolver, blocklists, clock, log, directory } = dependencies
  const maxEntries = directory.settings['greylisting.max-entries']
  const door: Door = {
    ...dependencies,
    greylisting: new Greylisting({ ephemeral, maxEntries, clock, log }),
    reputation: new Reputation({ ephemeral, clock, log }),
    correspondents: new Correspondents({ ephemeral, clock, log }),
    refusingLists: new RefusingLists({ resolver, health: blocklists, clock }),
    deliverers: new Deliverers({ ephemeral, clock, log }),
  }
  return {
    atConnect: (client: Client) => atConnect(door, client),
    atMail: async (transaction) => atMail(door, transaction),
    atRcpt: (visit, transaction, forwardPath) => atRcpt(door, ours(visit), transaction, forwardPath),
    atData: async (transaction, message) => atData(door, transaction, message),
    noteRefusal(transaction, because, reply, rcpt) {
      const findings = new Findings()
      findings.add({ check: because, result: reply.code >= 500 ? 'fail' : 'wait', reason: reply.text })
      if (rcpt === undefined) return recordMessageRefusal(door, transaction, undefined, reply, findings.checks)
      const { client, queueId, reversePath, declaredSizeBytes } = transaction
      recordRefusal(door, { client, queueId, reversePath, rcpt, sizeBytes: declaredSizeBytes }, reply, findings.checks)
    },
  }
}

function ours(visit: Visit): DoorVisit {
  if (visit instanceof DoorVisit) return visit
  throw new TypeError('a visit that atConnect did not make')
}
