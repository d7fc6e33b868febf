import { always, type ImapCommand } from '../command.ts'
import { grammarLimits } from '../limits.ts'
import { ImapSyntaxError, type Scanner } from '../parse/scanner.ts'
import { plainText, quoted } from '../write/strings.ts'

/** Octets of a field and of a value (RFC 2971 3.3). */
const fieldOctets = 30
const valueOctets = 1024

/** ID (RFC 2971). What the client says of itself helps in the log, and decides nothing. */
export const id: ImapCommand = {
  name: 'ID',
  states: always,
  run(session, args) {
    args.space()
    const client = idParameters(args)
    args.end()
    if (client !== undefined) session.log.debug('imap client', { ip: session.peer.ip, name: client.get('name'), version: client.get('version') })
    session.out.text(`* ID ("name" "Posthorn" "version" ${quoted(session.dependencies.version)})\r\n`)
    return { text: 'ID completed' }
  },
}

function idParameters(args: Scanner): Map<string, string> | undefined {
  if (!args.isOpen()) {
    if (args.nstring('a parameter list or NIL') !== null) throw args.fail('a parameter list or NIL')
    return undefined
  }
  const parameters = new Map<string, string>()
  const pairs = args.list(
    () => {
      const field = args.string('a field')
      args.space()
      const value = args.nstring('a value or NIL')
      if (field.length > fieldOctets || (value?.length ?? 0) > valueOctets)
        throw new ImapSyntaxError(`ID takes fields of ${fieldOctets} and values of ${valueOctets} octets`)
      if (value !== null) parameters.set(field.toLowerCase(), plainText(value).slice(0, 100))
    },
    { atLeast: 0, most: grammarLimits.idPairs, what: 'ID parameters' },
  )
  return pairs.length === 0 ? undefined : parameters
}
