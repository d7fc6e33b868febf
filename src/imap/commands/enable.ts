import { grammarLimits } from '../limits.ts'
import { signedIn, type ImapCommand } from '../command.ts'
import { extensionNamed, type Extension } from '../extensions.ts'
import { ImapSyntaxError } from '../parse/scanner.ts'

/** ENABLE (RFC 5161, RFC 9051 6.3.1). What is unknown is passed over without a word; ENABLED names what was not enabled before. */
export const enable: ImapCommand = {
  name: 'ENABLE',
  states: signedIn,
  run(session, args) {
    const asked: (Extension | undefined)[] = []
    do {
      if (asked.length >= grammarLimits.enabledAtOnce) throw new ImapSyntaxError(`more than ${grammarLimits.enabledAtOnce} capabilities`)
      args.space()
      asked.push(extensionNamed(args.keyword('a capability')))
    } while (!args.atEnd())
    const knewModSeqs = session.enabled.has('CONDSTORE')
    const fresh = asked.filter((extension) => extension !== undefined && session.enabled.add(extension))
    session.out.text(`${['* ENABLED', ...fresh].join(' ')}\r\n`)
    if (session.rev2) session.selected?.tracker.forgetRecent()
    if (!knewModSeqs && session.enabled.has('CONDSTORE')) session.tellHighestModSeq()
    return { text: 'ENABLE completed' }
  },
}
