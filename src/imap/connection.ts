import { ContentFailed, ContentFull } from '../content/content.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { Peer } from '../wire/peer.ts'
import { capabilities } from './capabilities.ts'
import type { Answered, ImapCommand } from './command.ts'
import { findCommand } from './commands/table.ts'
import type { ImapLimits } from './limits.ts'
import { AnswerBroken, BadCommand, Goodbye, PeerGone, Refused, type Completion } from './outcome.ts'
import { MailboxNameError } from './parse/mailbox-name.ts'
import { ImapSyntaxError, type Scanner } from './parse/scanner.ts'
import { BadCharset } from './parse/search.ts'
import { abandonLiteral, lineFault, readCommand } from './read-command.ts'
import { Session, type ImapDependencies } from './session.ts'
import type { Views } from './view/views.ts'
import { plainText } from './write/strings.ts'

/** Pipelined commands that one connection may have answered before the others get their turn. */
const commandsInOneGo = 50

/** One connection from greeting to close. Never rejects. */
export async function serveConnection(peer: Peer, dependencies: ImapDependencies, views: Views, limits: ImapLimits): Promise<void> {
  const session = new Session(peer, dependencies, views, limits)
  peer.onDeadline = (timedOut) => timedOut.write(session.signedIn === undefined ? '* BYE too slow to sign in\r\n' : '* BYE idle for too long\r\n')
  peer.onDrain = () => {
    // In the middle of a command the loop sees it when the command is done.
    if (session.idling || session.tag === '') stopServing(session)
  }
  peer.deadline(limits.signInMs)
  peer.write(`* OK [CAPABILITY ${capabilities(session)}] ${dependencies.hostname} IMAP4rev1 ready\r\n`)
  try {
    await serveCommands(session)
  } catch (error) {
    lastWords(session, error)
  } finally {
    session.close()
    // Half-open connections are ours to close; after BYE this does nothing.
    peer.end()
  }
}

/** All of the Encoding Standard are known; these are what people may still have. */
const someCharsets = 'US-ASCII UTF-8 ISO-8859-1 ISO-8859-2 ISO-8859-15 WINDOWS-1251 WINDOWS-1252 KOI8-R SHIFT_JIS ISO-2022-JP EUC-JP EUC-KR GBK GB18030 BIG5'

async function serveCommands(session: Session): Promise<void> {
  const { peer, limits } = session
  let badInARow = 0
  let withoutPause = 0
  while (session.state !== 'logout') {
    if (peer.draining) return stopServing(session)
    if (session.isRevoked) return session.signOut()
    session.tag = ''
    let line = peer.lineNow(limits.lineOctets)
    if (line === 'wait') {
      if (session.signedIn !== undefined) peer.deadline(limits.idleMs)
      session.notify?.resume()
      line = await peer.line(limits.lineOctets)
      withoutPause = 0
    } else if (++withoutPause >= commandsInOneGo) {
      // Pipelined commands that need no disk would otherwise keep everybody else waiting.
      await new Promise(setImmediate)
      withoutPause = 0
    }
    if (line === undefined) return
    if (typeof line === 'string') throw lineFault(line)
    await session.notify?.pause()
    const understood = await serveCommand(session, line)
    badInARow = understood ? 0 : badInARow + 1
    if (badInARow >= limits.badCommands) throw new Goodbye('CLIENTBUG', 'too many bad commands')
  }
}

/** False: the command was bad. */
async function serveCommand(session: Session, line: Buffer): Promise<boolean> {
  session.tag = '*'
  const { tag, command, args, error } = await readCommand(session, line, findCommand)
  session.tag = tag
  let understood = true
  let answer: string
  try {
    if (error !== undefined || command === undefined) throw error ?? new ImapSyntaxError('no command')
    const completion = await runCommand(session, command, args)
    if (completion === 'answered') return true
    const { code, text } = completion
    answer = `OK ${code === undefined ? '' : `[${code}] `}${text}`
  } catch (thrown) {
    if (session.literal !== undefined) await abandonLiteral(session)
    answer = await refusal(session, command, thrown)
    understood = !answer.startsWith('BAD')
  }
  session.out.text(`${tag} ${answer}\r\n`)
  session.out.send()
  // Not read from while it does not read.
  await session.peer.drained()
  return understood
}

async function runCommand(session: Session, command: ImapCommand, args: Scanner): Promise<Completion | Answered> {
  // LOGOUT works whatever is the matter with the mailbox.
  const live = command.name === 'LOGOUT' ? undefined : session.selected?.tracker.live
  if (live?.stale === true) await live.refresh()
  if (live?.gone === true) throw new Goodbye('UNAVAILABLE', 'the selected mailbox was deleted')
  if (command.name !== 'LOGOUT') await keepRights(session)
  const completion = await command.run(session, args)
  await tellChanges(session, command)
  return completion
}

/** A mailbox of another user is looked at again for each command: what was taken away ends it as its deletion would. */
async function keepRights(session: Session): Promise<void> {
  if (!(await session.renewRights())) throw new Goodbye('UNAVAILABLE', 'the selected mailbox was deleted')
}

/** What happened in the mailbox meanwhile goes before the tagged answer. */
async function tellChanges(session: Session, command: ImapCommand): Promise<void> {
  const tracker = session.selected?.tracker
  if (tracker === undefined) return
  if (tracker.live.behind) await tracker.live.refresh()
  await session.tell({ expunges: command.keepsNumbers !== true, withUid: command.name.startsWith('UID ') })
  session.tellWhatIsOwed()
}

/** The one place where what was thrown becomes NO or BAD; what ends the connection is thrown on. */
async function refusal(session: Session, command: ImapCommand | undefined, thrown: unknown): Promise<string> {
  if (thrown instanceof Goodbye || thrown instanceof PeerGone || thrown instanceof AnswerBroken) throw thrown
  if (thrown instanceof ImapSyntaxError || thrown instanceof BadCommand) return `BAD ${plainText(thrown.message)}`
  if (command !== undefined) {
    // A command that was refused may have done a part, and what others did is news all the same.
    try {
      await tellChanges(session, command)
    } catch {
      // The answer below says what is the matter.
    }
  }
  if (thrown instanceof Refused) return `NO ${thrown.code === undefined ? '' : `[${thrown.code}] `}${plainText(thrown.message)}`
  if (thrown instanceof MailboxNameError) return `NO [CANNOT] ${plainText(thrown.message)}`
  if (thrown instanceof BadCharset) return `NO [BADCHARSET (${someCharsets})] unknown charset`
  const fields = { command: command?.name, account: session.signedIn?.accountId, err: thrown }
  if (thrown instanceof ContentFull || thrown instanceof ContentFailed || thrown instanceof DatabaseUnavailable) {
    session.log.warn('imap command failed for now', fields)
    return 'NO [UNAVAILABLE] temporary failure, try again later'
  }
  session.log.error('imap command failed', fields)
  return 'NO [SERVERBUG] internal error, try again later'
}

/** The connection ends for a reason that is not the client's LOGOUT. */
function lastWords(session: Session, error: unknown): void {
  if (error instanceof Goodbye) {
    session.out.text(`* BYE ${error.code === undefined ? '' : `[${error.code}] `}${plainText(error.message)}\r\n`)
    session.out.send()
    session.peer.end()
    return
  }
  if (!(error instanceof PeerGone)) session.log.error('imap connection failed', { ip: session.peer.ip, account: session.signedIn?.accountId, err: error })
  session.peer.destroy()
}

function stopServing(session: Session): void {
  session.out.send()
  session.peer.end('* BYE server is going down for maintenance\r\n')
}
