import type { ImapCommand } from './command.ts'
import { Goodbye, PeerGone } from './outcome.ts'
import { ImapSyntaxError, literalHead, Scanner, type LiteralHead } from './parse/scanner.ts'
import type { Session } from './session.ts'

/** A command as it came, to be run, or why it cannot be. */
export interface Received {
  /** '*' where not even the tag could be read. */
  readonly tag: string
  readonly command: ImapCommand | undefined
  readonly args: Scanner
  readonly error: Error | undefined
}

/** Finds a command by its name; undefined: there is none. */
export type CommandTable = (name: string) => ImapCommand | undefined

/**
 * Reads the rest of a command whose first line is here: its literals, and the lines after them. A faulty command is read
 * to its end all the same, so that what a literal holds is never taken for a command. Throws Goodbye where that is too much.
 */
export async function readCommand(session: Session, firstLine: Buffer, find: CommandTable): Promise<Received> {
  const lines = [firstLine.toString('latin1')]
  const literals: Uint8Array[] = []
  const { tag, command, argsAt, error } = readHead(lines[0] ?? '', find, session)
  const args = (lines[0] ?? '').slice(argsAt)
  let head = literalHead(args)
  if (head === undefined) return { tag, command, args: new Scanner([args]), error }

  let refused = error
  const mostOctets = session.signedIn === undefined ? session.limits.unauthenticatedCommandOctets : session.limits.commandOctets
  let octets = firstLine.length
  for (; head !== undefined; head = literalHead(lines.at(-1) ?? '')) {
    if (command?.takesLiteral?.(args, literals.length) === true && refused === undefined) {
      session.literal = head
      break
    }
    refused ??= literalFault(session, command, { head, octetsLeft: mostOctets - octets })
    if (refused !== undefined) {
      // It waits for "+", gets its answer instead, and sends nothing.
      if (head.synchronizing) break
      await discard(session, head)
      lines.push(await nextLine(session))
      continue
    }
    literals.push(await readLiteral(session, head))
    const line = await nextLine(session)
    lines.push(line)
    octets += head.sizeOctets + line.length
  }
  lines[0] = args
  return { tag, command, args: new Scanner(refused === undefined ? lines : [args], literals), error: refused }
}

interface Head {
  readonly tag: string
  readonly command: ImapCommand | undefined
  /** Where the arguments begin, with the space before them. */
  readonly argsAt: number
  readonly error: Error | undefined
}

function readHead(line: string, find: CommandTable, session: Session): Head {
  let tag = '*'
  try {
    const scanner = new Scanner([line])
    tag = scanner.tag()
    scanner.space()
    let name = scanner.keyword('a command')
    if (name === 'UID' && scanner.maybeSpace()) name = `UID ${scanner.keyword('a command after UID')}`
    const argsAt = line.length - scanner.rest().length
    const command = find(name)
    if (command === undefined) return { tag, command, argsAt, error: new ImapSyntaxError(`no command is called ${name.slice(0, 40)}`) }
    const error = command.states.includes(session.state) ? undefined : new ImapSyntaxError(`${name} is not allowed ${stateText(command, session)}`)
    return { tag, command, argsAt, error }
  } catch (error) {
    if (!(error instanceof ImapSyntaxError)) throw error
    return { tag, command: undefined, argsAt: 0, error }
  }
}

function stateText(command: ImapCommand, session: Session): string {
  if (session.signedIn === undefined) return 'before sign-in'
  return command.states.includes('selected') && session.selected === undefined ? 'without a selected mailbox' : 'after sign-in'
}

function literalFault(
  session: Session,
  command: ImapCommand | undefined,
  { head, octetsLeft }: { readonly head: LiteralHead; readonly octetsLeft: number },
): Error | undefined {
  if (command?.literals !== undefined && head.sizeOctets > command.literals.mostOctets) return command.literals.tooLong()
  const most = session.signedIn === undefined ? session.limits.unauthenticatedLiteralOctets : session.limits.literalOctets
  if (head.sizeOctets > most) return new ImapSyntaxError(`a literal here has at most ${most} octets`)
  if (head.sizeOctets > octetsLeft) return new ImapSyntaxError('the command is too long')
  if (head.binary && command?.literals === undefined) return new ImapSyntaxError('a binary literal is not allowed here')
  return undefined
}

/** Reads a literal that nobody wants; where it is too long for that, the connection ends (RFC 7888 4). */
async function discard(session: Session, head: LiteralHead): Promise<void> {
  const most = session.signedIn === undefined ? session.limits.unauthenticatedLiteralOctets : session.limits.messageOctets
  if (head.sizeOctets > most) throw new Goodbye('TOOBIG', `a literal of ${head.sizeOctets} octets is too long`)
  for (let left = head.sizeOctets; left > 0; ) {
    const octets = await session.peer.octets(left)
    if (octets === undefined) throw new PeerGone()
    left -= octets.length
    // Before sign-in there is one deadline for all that comes.
    if (session.signedIn !== undefined) session.peer.deadline(session.limits.idleMs)
  }
}

/** A command that failed before it took its literal: the octets are on their way if they did not wait for "+". */
export async function abandonLiteral(session: Session): Promise<void> {
  let head = session.literal
  session.literal = undefined
  while (head !== undefined && !head.synchronizing) {
    await discard(session, head)
    head = literalHead(await nextLine(session))
  }
}

/** Asks for a literal where it waits for that. */
export function goAhead(session: Session, head: LiteralHead): void {
  if (!head.synchronizing) return
  session.out.text('+ go ahead\r\n')
  session.out.send()
}

/** A literal whose length was checked, whole. */
export async function readLiteral(session: Session, head: LiteralHead): Promise<Uint8Array> {
  goAhead(session, head)
  const pieces: Buffer[] = []
  for (let left = head.sizeOctets; left > 0; ) {
    const octets = await session.peer.octets(left)
    if (octets === undefined) throw new PeerGone()
    pieces.push(octets)
    left -= octets.length
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
}

/** The line after a literal, as latin1. */
export async function nextLine(session: Session): Promise<string> {
  const line = await session.peer.line(session.limits.lineOctets)
  if (line === undefined) throw new PeerGone()
  if (typeof line === 'string') throw lineFault(line)
  return line.toString('latin1')
}

/**
 * After a faulty line nobody knows whether a literal follows, so the next octets could be anybody's mail: the connection ends
 * instead of taking them for commands.
 */
export function lineFault(fault: 'too-long' | 'bare-cr' | 'bare-lf' | 'endless'): Goodbye {
  switch (fault) {
    case 'too-long':
    case 'endless':
      return new Goodbye('TOOBIG', 'line too long')
    case 'bare-cr':
    case 'bare-lf':
      return new Goodbye('CLIENTBUG', 'lines end with CR LF')
  }
}
