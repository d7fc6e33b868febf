import { certificate, contentLog, database, disk, nameServer, server } from '../health/machine.ts'
import { blocklists, dkim, engines, leakedPasswords, queue, settings, virusCheck, zones } from '../health/mail.ts'
import { relays } from '../health/relays.ts'
import type { HealthPart, LookAtPart } from '../health/part.ts'
import type { Operations } from '../operation.ts'

/** In the order in which they are shown. */
const looks: readonly LookAtPart[] = [
  ...[server, disk, contentLog, database, nameServer, certificate],
  ...[queue, relays, zones, dkim, virusCheck, engines, blocklists, leakedPasswords, settings],
]

/** How the installation is, and what an operator should see to. */
export const healthOperations: Operations<'health'> = {
  async health(context) {
    const standing = await context.standing()
    const parts = await Promise.all(looks.map(async (look) => await look(context, standing)))
    const problems = parts.flatMap((part) => part.problems.map((problem) => ({ part: part.name, ...problem })))
    return {
      problems: problems.toSorted((a, b) => Number(b.severe) - Number(a.severe)),
      parts: parts.map((part) => ({ name: part.name, state: stateOf(part), meaning: part.meaning })),
    }
  },
}

function stateOf({ problems, off = false }: HealthPart) {
  if (problems.some(({ severe }) => severe)) return 'bad'
  if (problems.length > 0) return 'warn'
  return off ? 'off' : 'good'
}
