import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { ContentFilter } from './filter.ts'
import { readRuleFolder } from './rules/rule-folder.ts'
import { RuleSet } from './rules/rule-set.ts'

const filter = new ContentFilter({ rules: new RuleSet(readRuleFolder(path.join(import.meta.dirname, '../../rules'), true)) })

/** What is repeated, and where. */
const pieces = [
  'a',
  '\n',
  '<',
  '<a href="',
  '<div style="display:none">',
  '</',
  '&#65;',
  'http://a.b/%61',
  'www.a',
  '> ',
  'On a wrote',
  'a.',
  '1.',
  'a b ',
  '=?',
  'a@b,',
  '\u0301',
  'ä',
  '--x\n',
]
const places: readonly ((filling: string) => string)[] = [
  (filling) => `Subject: x\n\n${filling}`,
  (filling) => `Content-Type: text/html\n\n<a ${filling}`,
  (filling) => `From: ${folded(filling)}\nTo: ${folded(filling)}\nReceived: from ${folded(filling)}\nMessage-ID: <${folded(filling)}\n\nx`,
  (filling) => `From: a@${folded(filling)}\nSubject: ${folded(filling)}\nDate: ${folded(filling)}\n\nx`,
  (filling) => `Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/zip; name="${folded(filling)}"\n\nPK\u0003\u0004${filling}`,
]

function folded(text: string): string {
  return text.replaceAll('\n', '\n ')
}

test('no message holds a thread for long, however it is made', () => {
  for (const piece of pieces) {
    for (const [index, place] of places.entries()) {
      const octets = Buffer.from(place(piece.repeat(300_000 / piece.length)))
      const began = process.threadCpuUsage()
      filter.examine({ octets })
      const { user, system } = process.threadCpuUsage(began)
      assert.ok(user + system < 500_000, `${(user + system) / 1000} ms for "${piece}" in place ${index}`)
    }
  }
})
