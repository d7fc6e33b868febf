import assert from 'node:assert/strict'
import test from 'node:test'
import { headerText } from './header-text.ts'

const cases: readonly (readonly [header: string, text: string])[] = [
  ['Subject: Hello\r\n there\r\nTo: ANN\r\n\r\n', 'subject: hello there\nto: ann\n\n'],
  ['Subject: a\nTo: b\n', 'subject: a\nto: b\n'],
  ['Subject: =?utf-8?q?Gr=C3=BC?=\r\n =?utf-8?q?=C3=9Fe?=\r\nTo: b\r\n', 'subject: grüsse\nto: b\n'],
  ['Subject: grün\r\nTo: b\r\n', 'subject: grün\nto: b\n'],
  ["Content-Disposition: attachment; filename*0*=utf-8''%C3%9Cber; filename*1=sicht.pdf\r\n\r\n", 'übersicht.pdf'],
]

test('a header section is one text: folding undone, encoded words and file names decoded', () => {
  for (const [header, text] of cases) assert.ok(headerText(Buffer.from(header)).includes(text), JSON.stringify(headerText(Buffer.from(header))))
})
