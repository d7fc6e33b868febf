import assert from 'node:assert/strict'
import { submissionExtensions, transferExtensions } from '../../src/smtp/server/extensions.ts'
import { type Command, parseCommand } from '../../src/smtp/server/grammar.ts'
import type { MailParameters } from '../../src/smtp/server/parameters.ts'
import { outOfOrder, type Phase } from '../../src/smtp/server/order.ts'

/** SMTP command lines, without their CRLF. */
export const name = 'smtp-command'

export const seeds: readonly Uint8Array[] = [
  'EHLO client.example',
  'HELO [IPv6:2001:db8::1]',
  'MAIL FROM:<ann@a.example> SIZE=1000 BODY=8BITMIME SMTPUTF8',
  'MAIL FROM:<>',
  'MAIL FROM:<bücher@bücher.example> SMTPUTF8',
  'RCPT TO:<@one.example:"a b"@b.example>',
  'RCPT TO:<Postmaster>',
  'MAIL FROM:<ann@a.example> RET=HDRS ENVID=a+2B1 REQUIRETLS MT-PRIORITY=-3 HOLDFOR=60 AUTH=<>',
  'MAIL FROM:<> HOLDUNTIL=2026-12-24T18:00:00.5+01:00',
  'RCPT TO:<bob@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob+2Bx@b.example',
  'AUTH PLAIN AGFubgBz',
  'BDAT 1000 LAST',
  'BDAT 0',
  'DATA',
  'STARTTLS',
  'VRFY ann',
  'QUIT ',
].map((text) => Buffer.from(text))

const phases: readonly Phase[] = ['connected', 'greeted', 'mail', 'recipients', 'chunks']

export function target(input: Uint8Array): void {
  const line = Buffer.from(input)
  const extensions = transferExtensions
  const narrow = parseCommand(line, { utf8: false, extensions })
  const wide = parseCommand(line, { utf8: true, extensions })
  check(narrow)
  check(wide)
  check(parseCommand(line, { utf8: true, extensions: submissionExtensions }))
  if (narrow.verb !== 'invalid') assert.deepEqual(wide, narrow, 'SMTPUTF8 changes what was understood without it')
  if (wide.verb !== 'invalid') {
    for (const octet of line) assert.ok(octet >= 0x20 && octet !== 0x7f, 'a control character got through')
  }
  for (const phase of phases) {
    const disorder = outOfOrder(wide.verb, phase)
    if (disorder !== undefined) assert.equal(disorder.code, 503)
  }
}

function check(command: Command): void {
  switch (command.verb) {
    case 'EHLO':
    case 'HELO':
      // It stands in our Received field as it came.
      assert.match(command.name, /^(?:[\w.:-]{1,255}|\[[\w:.]+\])$/)
      break
    case 'MAIL':
      checkParameters(command.parameters)
      if (command.reversePath !== null) assert.match(command.reversePath.domain, /^[\x21-\x7e]+$/)
      break
    case 'RCPT':
      // It comes back in a notification's fields.
      assert.doesNotMatch(command.parameters.dsn?.originalRecipient ?? '', /\p{Cc}/u)
      if (command.forwardPath !== undefined) assert.match(command.forwardPath.domain, /^[\x21-\x7e]+$/)
      break
    case 'AUTH':
      assert.match(command.mechanism, /^[\w-]{1,20}$/)
      break
    case 'BDAT':
      assert.ok(command.octets >= 0 && command.octets <= 1e20)
      break
    case 'invalid':
      assert.ok(command.reply.code >= 500 && command.reply.code <= 555)
      assert.match(command.reply.text, /^[\x20-\x7e]+$/)
      break
    case 'DATA':
    case 'RSET':
    case 'NOOP':
    case 'QUIT':
    case 'VRFY':
    case 'HELP':
    case 'STARTTLS':
    case 'not-implemented':
    case 'http':
      break
  }
}

function checkParameters({ sizeBytes = 0, priority = 0, envelopeId = '', holdSeconds = 1, holdUntilMs = 0 }: MailParameters): void {
  assert.ok(sizeBytes >= 0 && sizeBytes < 1e20)
  assert.ok(priority >= -9 && priority <= 9)
  assert.match(envelopeId, /^[\x20-\x7e]*$/)
  assert.ok(holdSeconds > 0 && Number.isSafeInteger(holdUntilMs))
}
