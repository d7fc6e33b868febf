import type { Door } from './dependencies.ts'
import { Findings } from './findings.ts'
import type { MailVerdict, Transaction } from './policy.ts'
import { recordRefusal } from './refusals.ts'
import { replies } from './replies.ts'

/** A declared size that no plan takes is refused before anybody is asked for (RFC 1870 6.1). */
export function atMail(door: Door, { client, reversePath, declaredSizeBytes }: Transaction): MailVerdict {
  const limitBytes = door.directory.largestMessageBytes
  if (declaredSizeBytes === undefined || declaredSizeBytes <= limitBytes) return { action: 'accept' }
  const findings = new Findings()
  findings.add({ check: 'size', result: 'fail', reason: 'declared size', detail: String(declaredSizeBytes) })
  const reply = replies.tooLarge(limitBytes)
  recordRefusal(door, { client, reversePath, sizeBytes: declaredSizeBytes }, reply, findings.checks)
  return { action: 'reject', reply }
}
