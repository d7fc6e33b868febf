import assert from 'node:assert/strict'
import { parseCommand } from '../../src/pop3/parse-command.ts'
import { DotStuffer, TopCutter } from '../../src/pop3/multi-line.ts'

/** POP3 command lines, and messages on their way into an answer. */
export const name = 'pop3-command'

export const seeds: readonly Uint8Array[] = [
  'USER ann@a.example',
  'PASS fish & chips ',
  'AUTH PLAIN AGFubgBwdw==',
  'RETR 1',
  'TOP 4294967295 10',
  'LIST',
  'UIDL 0007',
  'STLS',
  'LANG de-AT',
  'Subject: x\r\n\r\n.\r\n..\r\nbody\n.\n',
].map((text) => Buffer.from(text))

const verbs = new Set(['CAPA', 'STLS', 'QUIT', 'STAT', 'NOOP', 'RSET', 'USER', 'PASS', 'AUTH', 'LIST', 'UIDL', 'RETR', 'DELE', 'TOP', 'LANG', 'UTF8'])

/** Throws when the parser does what it must not, or an answer could be read as another. */
export function target(input: Uint8Array): void {
  const command = parseCommand(input)
  if ('fault' in command) assert.match(command.fault, /^[A-Z]?[\x20-\x7e]{1,100}$/)
  else {
    assert.ok(verbs.has(command.verb))
    if ('message' in command && command.message !== undefined) assert.ok(Number.isSafeInteger(command.message) && command.message >= 0)
  }
  const at = (input[0] ?? 0) % (input.length + 1)
  const pieces = [input.subarray(0, at), input.subarray(at)]
  const stuffer = new DotStuffer()
  const answer = Buffer.concat(pieces.flatMap((piece) => stuffer.push(piece))).toString('latin1') + stuffer.end()
  assert.ok(answer === '.\r\n' || answer.indexOf('\n.\r\n') === answer.length - 4, 'the end is at the end, and nowhere before')
  const cutter = new TopCutter(at)
  const cut = pieces.map((piece) => cutter.push(piece))
  assert.ok(cut.every((length, index) => length <= (pieces[index]?.length ?? 0)))
}
