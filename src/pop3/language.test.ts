import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { inLanguage, languageFor } from './language.ts'

for (const [english, german] of [
  ['+OK send the password\r\n', '+OK jetzt das Passwort\r\n'],
  ['-ERR [AUTH] sign-in failed\r\n', '-ERR [AUTH] Anmeldung fehlgeschlagen\r\n'],
  ['+OK 3 messages, 86 octets\r\n', '+OK 3 Nachrichten, 86 Oktette\r\n'],
  ['+OK bye, 2 messages left\r\n', '+OK auf Wiedersehen, 2 Nachrichten bleiben\r\n'],
  ['-ERR NOOP takes no argument\r\n', '-ERR NOOP nimmt kein Argument\r\n'],
  ['+OK capabilities follow\r\nUTF8 USER\r\n.\r\n', '+OK es folgen die Fähigkeiten\r\nUTF8 USER\r\n.\r\n'],
  ['+OK de this language from now on\r\n', '+OK de von nun an in dieser Sprache\r\n'],
  ['+OK 3 86\r\n', '+OK 3 86\r\n'],
  ['+OK 3 1234.30\r\n', '+OK 3 1234.30\r\n'],
  ['+OK\r\n', '+OK\r\n'],
  ['+OK mx.a.example POP3 ready\r\n', '+OK mx.a.example POP3 ready\r\n'],
] as const) {
  test(`in German: ${english.split('\r')[0]}`, () => {
    assert.equal(inLanguage(english, 'de'), german)
    assert.equal(inLanguage(english, 'en'), english)
  })
}

test('the language that comes nearest (RFC 4647 3.4)', () => {
  const asked = ['de', 'DE-at', 'en-GB', '*', 'i-default', 'fr', 'deu', '', '-', '__proto__', 'constructor']
  assert.deepEqual(
    asked.map((range) => languageFor(range)),
    ['de', 'de', 'en', 'en', 'en', undefined, undefined, undefined, undefined, undefined, undefined],
  )
})

test('every text that the server says is there in German', () => {
  const sources = ['.', 'commands'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'language.ts' && name !== 'reply.ts')
      .map((name) => readFileSync(join(import.meta.dirname, folder, name), 'utf8')),
  )
  const texts = sources.flatMap((source) => [
    ...[...source.matchAll(/\b(?:ok|err|bad)\((['`])(.*?)\1[,)]/g)].map(([, , text = '']) => text),
    ...[...source.matchAll(/(['`])(?:\+OK|-ERR)(?: \[[A-Z/]*\])? (.*?)\\r\\n/g)].map(([, , text = '']) => text),
    ...[...source.matchAll(/fault: (['`])(.*?)\1/g)].map(([, , text = '']) => text),
  ])
  assert.ok(texts.length > 40, 'the texts are found')
  for (const text of texts) {
    const said = `+OK ${text.replace(/\$\{[^}]*\}/g, '7')}\r\n`
    // What has no words is data; the greeting comes before anybody could ask.
    if (!/[a-z]{3}/.test(said) || said.endsWith('POP3 ready\r\n')) continue
    assert.notEqual(inLanguage(said, 'de'), said, text)
  }
})
