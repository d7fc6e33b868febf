import assert from 'node:assert/strict'
import test from 'node:test'
import { parseCommand } from './parse-command.ts'

const good: readonly (readonly [string, object])[] = [
  ['CAPA', { verb: 'CAPA' }],
  ['capa  ', { verb: 'CAPA' }],
  ['Quit', { verb: 'QUIT' }],
  ['USER ann@a.example', { verb: 'USER', name: 'ann@a.example' }],
  ['USER  jürgen@a.example ', { verb: 'USER', name: 'jürgen@a.example' }],
  ['PASS secret', { verb: 'PASS', password: 'secret' }],
  ['PASS  two  spaces ', { verb: 'PASS', password: ' two  spaces ' }],
  ['pass pässword', { verb: 'PASS', password: 'pässword' }],
  ['AUTH', { verb: 'AUTH', mechanism: undefined, initialResponse: undefined }],
  ['AUTH PLAIN', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: undefined }],
  ['AUTH PLAIN =', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: '=' }],
  ['UTF8', { verb: 'UTF8' }],
  ['LANG', { verb: 'LANG', range: undefined }],
  ['lang DE', { verb: 'LANG', range: 'DE' }],
  ['LIST', { verb: 'LIST', message: undefined }],
  ['LIST 3', { verb: 'LIST', message: 3 }],
  ['UIDL 0', { verb: 'UIDL', message: 0 }],
  ['RETR 0012', { verb: 'RETR', message: 12 }],
  ['DELE 4294967295', { verb: 'DELE', message: 4_294_967_295 }],
  ['TOP 1 0', { verb: 'TOP', message: 1, lines: 0 }],
  ['TOP 1  20 ', { verb: 'TOP', message: 1, lines: 20 }],
]

const wrong: readonly (readonly [string, RegExp])[] = [
  ['', /unknown/],
  [' QUIT', /unknown/],
  ['APOP ann 0123456789abcdef', /unknown/],
  ['RETRIEVE 1', /unknown/],
  ['QUIT now', /no argument/],
  ['UTF8 USER', /no argument/],
  ['LANG de en', /one language/],
  ['USER', /needs a name/],
  ['USER ', /needs a name/],
  ['PASS', /needs a password/],
  ['PASS ', /needs a password/],
  ['AUTH PLAIN a b', /mechanism/],
  ['LIST one', /message number/],
  ['LIST 1 2', /message number/],
  ['LIST -1', /message number/],
  ['UIDL 1.5', /message number/],
  ['RETR', /needs one/],
  ['RETR 1 2', /needs one/],
  ['RETR 12345678901', /needs one/],
  ['RETR ٣', /needs one/],
  ['DELE 0x10', /needs one/],
  ['TOP 1', /number of lines/],
  ['TOP 1 -1', /number of lines/],
  ['TOP 1 2 3', /number of lines/],
  ['NOOP\0', /control/],
  ['USER a\rb', /control/],
]

test('commands are understood as RFC 1939 and its kin write them', () => {
  for (const [line, command] of good) assert.deepEqual(parseCommand(Buffer.from(line)), command, line)
})

test('what is no command gets a reason', () => {
  for (const [line, fault] of wrong) {
    const parsed = parseCommand(Buffer.from(line))
    assert.ok('fault' in parsed, line)
    assert.match(parsed.fault, fault, line)
  }
  assert.deepEqual(parseCommand(Buffer.from([0x55, 0x53, 0x45, 0x52, 0x20, 0xff])), { fault: 'the line is not UTF-8' })
})
