import { grammarLimits } from '../limits.ts'
import { inMailbox, type ImapCommand } from '../command.ts'
import { Refused } from '../outcome.ts'
import { ImapSyntaxError } from '../parse/scanner.ts'

/** CANCELUPDATE (RFC 5267 4.3.5): these results are kept up to date no more. */
export const cancelUpdate: ImapCommand = {
  name: 'CANCELUPDATE',
  states: inMailbox,
  run(session, args) {
    const tags: string[] = []
    do {
      if (tags.length >= grammarLimits.cancelledAtOnce) throw new ImapSyntaxError(`more than ${grammarLimits.cancelledAtOnce} tags`)
      args.space()
      if (!args.isQuoted()) throw args.fail('a quoted tag')
      tags.push(args.string('a quoted tag'))
    } while (!args.atEnd())
    if (session.contexts?.cancel(tags) !== true) throw new Refused(undefined, 'no result of that tag is kept up to date')
    return { text: 'CANCELUPDATE completed' }
  },
}
