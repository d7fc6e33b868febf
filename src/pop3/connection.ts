import { ContentDamaged, ContentFailed, ContentFull } from '../content/content.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { LineFault } from '../wire/line-reader.ts'
import type { Peer } from '../wire/peer.ts'
import type { Pop3Command } from './commands/command.ts'
import { commands } from './commands/table.ts'
import type { Pop3Limits } from './limits.ts'
import { parseCommand } from './parse-command.ts'
import type { Command, CommandOf, Verb } from './parse-command.ts'
import { bad, err, last } from './reply.ts'
import type { Reply } from './reply.ts'
import { Session, signedOut } from './session.ts'
import type { Pop3Dependencies } from './session.ts'

/** Pipelined commands that one connection may have answered before the others get their turn. */
const commandsInOneGo = 50
const goingDown = '-ERR [SYS/TEMP] server is going down for maintenance\r\n'

/** One connection from greeting to close. Never rejects. */
export async function serveConnection(peer: Peer, dependencies: Pop3Dependencies, limits: Pop3Limits): Promise<void> {
  const session = new Session(peer, dependencies, limits)
  // RFC 1939 3: a session that times out is closed without a response, and removes nothing.
  peer.onDrain = () => {
    if (!session.busy) session.sayLast(goingDown)
  }
  peer.deadline(limits.signInMs)
  peer.write(`+OK ${dependencies.hostname} POP3 ready\r\n`)
  try {
    await serveCommands(session)
  } catch (error) {
    dependencies.log.error('pop3 connection failed', { ip: peer.ip, err: error })
    peer.destroy()
  } finally {
    dependencies.signIn.closed(session)
    // Half-open connections are ours to close; after the last words this does nothing.
    peer.end()
  }
}

async function serveCommands(session: Session): Promise<void> {
  const { peer, limits } = session
  let badInARow = 0
  let withoutPause = 0
  for (;;) {
    let line = peer.lineNow(limits.lineOctets)
    if (line === 'wait') {
      if (session.maildrop !== undefined) peer.deadline(limits.idleMs)
      line = await peer.line(limits.lineOctets)
      withoutPause = 0
    } else if (++withoutPause >= commandsInOneGo) {
      await new Promise(setImmediate)
      withoutPause = 0
    }
    if (line === undefined) return
    session.busy = true
    const reply = typeof line === 'string' ? lineFault(line) : await answer(session, line)
    session.busy = false
    if (reply !== 'answered') {
      if (reply.last === true) return session.sayLast(reply.line)
      session.say(reply.line)
    }
    badInARow = reply !== 'answered' && reply.bad === true ? badInARow + 1 : 0
    if (badInARow >= limits.badCommands) return session.sayLast('-ERR too many bad commands\r\n')
    if (peer.draining) return session.sayLast(goingDown)
    if (session.isRevoked) return session.sayLast(signedOut)
  }
}

function lineFault(fault: LineFault): Reply {
  switch (fault) {
    case 'too-long':
      return bad('the line is too long')
    case 'bare-cr':
    case 'bare-lf':
      return bad('a line ends with CR LF')
    case 'endless':
      return last('-ERR the line has no end\r\n')
  }
}

async function answer(session: Session, line: Uint8Array): Promise<Reply> {
  const command = parseCommand(line)
  if ('fault' in command) return bad(command.fault)
  try {
    return await run(session, command.verb, command)
  } catch (error) {
    return failed(session, command, error)
  }
}

function run<V extends Verb>(session: Session, verb: V, command: CommandOf<V>): Promise<Reply> | Reply {
  const { maildrop } = session
  const found: Pop3Command<V> = commands[verb]
  if (found.state === 'transaction') return maildrop === undefined ? bad('sign in first') : found.run(session, command, maildrop)
  if (found.state === 'authorization' && maildrop !== undefined) return bad('signed in already')
  return found.run(session, command)
}

/** A fault of ours: a temporary failure for the client, the reason for the log. */
function failed(session: Session, command: Command, error: unknown): Reply {
  const { log } = session.dependencies
  const fields = { ip: session.peer.ip, command: command.verb, err: error }
  if (error instanceof ContentFull || error instanceof ContentFailed || error instanceof DatabaseUnavailable) log.warn('pop3 command failed for now', fields)
  else log.error(error instanceof ContentDamaged ? 'a stored message cannot be read' : 'pop3 command failed', fields)
  return err('temporary failure, try again later', 'SYS/TEMP')
}
