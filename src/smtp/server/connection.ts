import type { Client } from '../../mail/client.ts'
import { formatReply, type Reply } from '../../mail/reply.ts'
import { faultReply } from '../../policy/fault-reply.ts'
import type { Visit } from '../../policy/policy.ts'
import type { LineFault } from '../../wire/line-reader.ts'
import type { Peer } from '../../wire/peer.ts'
import { auth } from './commands/auth.ts'
import { bdat } from './commands/bdat.ts'
import { data } from './commands/data.ts'
import { hello } from './commands/hello.ts'
import { mail } from './commands/mail.ts'
import { rcpt } from './commands/rcpt.ts'
import { startTls } from './commands/starttls.ts'
import { type Command, parseCommand } from './grammar.ts'
import { greet } from './greet.ts'
import { outOfOrder } from './order.ts'
import { swallow } from './receive.ts'
import { isLast, replies } from './replies.ts'
import { type Answer, Session, type SmtpDependencies } from './session.ts'

/** One connection from outside, from greeting to close. Never rejects. */
export async function serveSmtp(peer: Peer, deps: SmtpDependencies): Promise<void> {
  const client: Client = { ip: peer.ip, port: peer.port, helo: undefined, protocol: 'SMTP', tls: peer.tls }
  let visit: Visit
  try {
    visit = await deps.policy.atConnect(client)
  } catch (err) {
    deps.log.error('connection could not be judged', { ip: peer.ip, err })
    peer.end(`${formatReply(replies.closingFault)}\r\n`)
    return
  }
  try {
    if (!isRefused(visit) && deps.submission?.handshake !== undefined && !(await deps.submission.handshake(peer))) return
    if (await greet(peer, visit, deps.hostname)) await serve(new Session(peer, deps, visit, client))
  } finally {
    visit.close()
  }
}

async function serve(session: Session): Promise<void> {
  try {
    session.describeClient(undefined)
    await converse(session)
  } finally {
    session.deps.submission?.signIn.closed(session)
  }
}

function isRefused({ verdict }: Visit): boolean {
  return verdict.action === 'reject' || verdict.action === 'defer'
}

/** The loop: line, command, answer. The one place where faults become replies. */
async function converse(session: Session): Promise<void> {
  const { peer } = session
  peer.onDeadline = () => session.say(replies.closingTimeout)
  peer.onDrain = () => {
    if (session.waiting && isBetweenTransactions(session)) closeWith(session, replies.closingShutdown)
  }
  while (!peer.gone) {
    // Already here when it was pipelined: then nothing is awaited.
    let line = peer.lineNow(session.deps.limits.commandLineOctets)
    if (line === 'wait') line = await nextLine(session)
    if (line === undefined) break
    let reply: Answer
    try {
      const answer = typeof line === 'string' ? badLine(session, line) : run(session, line)
      reply = answer instanceof Promise ? await answer : answer
    } catch (err) {
      session.deps.log.error('command failed', { queueId: session.transaction?.queueId, ip: peer.ip, err })
      reply = session.note('storage', faultReply(err))
      session.endTransaction()
    }
    if (reply !== undefined) {
      if (isLast(reply)) closeWith(session, reply)
      else session.say(reply)
    }
    if (session.isRevoked) closeWith(session, replies.closingRevoked)
    if (peer.draining && isBetweenTransactions(session)) closeWith(session, replies.closingShutdown)
  }
  session.endTransaction()
  peer.end()
}

/** Waits as long as RFC 5321 wants for a command to begin, but not that long for its end. */
async function nextLine(session: Session): Promise<Buffer | LineFault | undefined> {
  const { peer } = session
  const { limits } = session.deps
  session.waiting = true
  if (peer.buffered === 0) {
    peer.deadline(Math.min(limits.commandMs, session.fruitfulAtMs + limits.fruitlessMs - performance.now()))
    while (peer.buffered === 0 && (await peer.wait()) !== 'closed');
  }
  let line = peer.lineNow(limits.commandLineOctets)
  if (line === 'wait') {
    peer.deadline(limits.lineMs)
    line = await peer.line(limits.commandLineOctets)
  }
  session.waiting = false
  // From now on it is us whom the other side waits for.
  peer.deadline(limits.commandMs)
  return line
}

function run(session: Session, line: Buffer): Answer | Promise<Answer> {
  const command = parseCommand(line, session)
  const disorder = outOfOrder(command.verb, session.phase)
  if (disorder !== undefined) return command.verb === 'BDAT' ? readOver(session, command.octets, disorder) : bad(session, disorder)
  switch (command.verb) {
    case 'AUTH':
      return signIn(session, command)
    case 'MAIL':
      return mustSignIn(session) ? bad(session, session.mayBePlain ? replies.signInFirst : replies.startTlsFirst) : mail(session, command)
    case 'RCPT':
      return rcpt(session, command)
    case 'DATA':
      return data(session)
    case 'BDAT':
      return bdat(session, command)
    case 'EHLO':
    case 'HELO':
      return idle(session, () => hello(session, command.verb === 'EHLO', command.name))
    case 'RSET':
      session.endTransaction()
      return idle(session, () => replies.ok)
    case 'NOOP':
      return idle(session, () => replies.ok)
    case 'VRFY':
      return idle(session, () => replies.cannotVerify)
    case 'HELP':
      return idle(session, () => replies.help)
    case 'STARTTLS':
      return startTls(session)
    case 'QUIT':
      return replies.bye
    case 'not-implemented':
      return bad(session, replies.notImplemented)
    case 'http':
      // What follows would be a form that somebody made a browser send here; none of it is to be read as commands.
      return replies.closingNotSmtp
    case 'invalid':
      return bad(session, command.reply)
  }
}

function mustSignIn({ deps, signedIn }: Session): boolean {
  return deps.submission !== undefined && signedIn === undefined
}

/** Who does not get in counts as one whose command was refused: guessing has its own brakes (protection/guesses.ts). */
async function signIn(session: Session, command: Extract<Command, { verb: 'AUTH' }>): Promise<Answer> {
  const { submission } = session.deps
  if (submission === undefined) return bad(session, replies.notImplemented)
  const reply = await auth(session, submission, command)
  return reply === replies.signedIn || isLast(reply) ? reply : bad(session, reply)
}

/** A command that was not understood: its reply, or policy's last word where it was one too many. */
async function bad(session: Session, reply: Reply): Promise<Reply> {
  return (await session.visit.badCommand()) ?? reply
}

/** A command that brings no mail forward. A few are good manners; a thousand hold the connection for nothing. */
function idle(session: Session, answer: () => Answer): Answer | Promise<Answer> {
  session.idleCommands++
  if (session.idleCommands <= session.deps.limits.idleCommands) return answer()
  return session.visit.badCommand().then((last) => last ?? answer())
}

function badLine(session: Session, fault: LineFault): Reply | Promise<Reply> {
  switch (fault) {
    case 'too-long':
      return bad(session, replies.lineTooLong)
    case 'bare-cr':
      return bad(session, replies.bareCr)
    case 'bare-lf':
      return bad(session, replies.bareLf)
    case 'endless':
      return replies.closingNotSmtp
  }
}

/** A BDAT at the wrong time: its octets are on their way all the same. */
async function readOver(session: Session, octets: number, disorder: Reply): Promise<Answer> {
  if (await swallow(session, octets)) return bad(session, disorder)
  closeWith(session, replies.tooLarge)
  return undefined
}

function isBetweenTransactions(session: Session): boolean {
  return session.phase === 'connected' || session.phase === 'greeted'
}

function closeWith(session: Session, reply: Reply): void {
  session.peer.end(`${formatReply(reply)}\r\n`)
}
