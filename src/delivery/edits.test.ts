import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyEdits, type Edit, edited, foreignFields, markedSubject } from './edits.ts'

/** The message with its edits, put together as the store does. */
function shown(message: string, edits: readonly Edit[]): string {
  const octets = Buffer.from(message)
  const { slices, inserted } = applyEdits(edits, octets.length)
  const record = Buffer.concat([Buffer.from(inserted), octets])
  return slices.map(([start, length]) => record.subarray(Buffer.byteLength(inserted) + start, Buffer.byteLength(inserted) + start + length).toString()).join('')
}

const cut = (message: string) => shown(message, foreignFields(Buffer.from(message), 'mx.example.org'))
const marked = (message: string) => shown(message, [markedSubject(Buffer.from(message), '[SPAM]')])

for (const [what, message, expected] of [
  ['nothing of ours', 'From: a@b\r\nSubject: x\r\n\r\nX-Spam-Flag: YES\r\n', 'From: a@b\r\nSubject: x\r\n\r\nX-Spam-Flag: YES\r\n'],
  ['the first field, folded', 'x-spam-status: No,\r\n\ttests=[A=1]\r\nFrom: a@b\r\n\r\nHi', 'From: a@b\r\n\r\nHi'],
  ['the last one', 'From: a@b\r\nX-Spam-Level: ***\r\n\r\nHi', 'From: a@b\r\n\r\nHi'],
  ['with a space before the colon', 'From: a@b\r\nX-Spam-Flag : NO\r\n\r\nHi', 'From: a@b\r\n\r\nHi'],
  ['several', 'X-Spam-Flag: NO\r\nX-Virus-Status: Clean\r\nFrom: a@b\r\nX-Quarantine-ID: <1>\r\n\r\nHi', 'From: a@b\r\n\r\nHi'],
  ['names that only begin so', 'X-Spam-Flagged: NO\r\nX-Spam-Report: x\r\n\r\nHi', 'X-Spam-Flagged: NO\r\nX-Spam-Report: x\r\n\r\nHi'],
  [
    'results in our name and in another',
    'Authentication-Results: mx.example.org; spf=pass\r\nAuthentication-Results: b; x\r\n\r\n',
    'Authentication-Results: b; x\r\n\r\n',
  ],
  ['a header section alone', 'X-Spam-Flag: NO', ''],
] as const) {
  test(`fields that would be taken for ours are not shown: ${what}`, () => {
    assert.equal(cut(message), expected)
  })
}

for (const [message, expected] of [
  ['Subject: Offer\r\n\r\nHi', 'Subject: [SPAM] Offer\r\n\r\nHi'],
  ['From: a@b\r\nsubject:Offer\r\n\r\nHi', 'From: a@b\r\nsubject: [SPAM] Offer\r\n\r\nHi'],
  ['Subject:\r\n Offer\r\n\r\nHi', 'Subject: [SPAM]\r\n Offer\r\n\r\nHi'],
  ['Subject:\r\n\r\nHi', 'Subject: [SPAM]\r\n\r\nHi'],
  ['Subject: =?utf-8?q?=C3=BCber?=\r\n\r\nHi', 'Subject: [SPAM] =?utf-8?q?=C3=BCber?=\r\n\r\nHi'],
  ['From: a@b\r\n\r\nSubject: x', 'Subject: [SPAM]\r\nFrom: a@b\r\n\r\nSubject: x'],
] as const) {
  test(`a marked subject: ${JSON.stringify(message)}`, () => {
    assert.equal(marked(message), expected)
  })
}

test('whoever reads it piece by piece sees the same message', async () => {
  const message = '0123456789abcdef'
  for (const edits of [
    [],
    [{ at: 0, cut: 0, insert: 'Date: x\r\n' }],
    [
      { at: 0, cut: 3, insert: '' },
      { at: 3, cut: 1, insert: 'ä' },
      { at: 4, cut: 0, insert: '-' },
      { at: 9, cut: 7, insert: '' },
    ],
    [
      { at: 2, cut: 10, insert: '' },
      { at: 13, cut: 0, insert: '!' },
    ],
    [{ at: 16, cut: 0, insert: 'end' }],
  ]) {
    for (let size = 1; size <= message.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(message.length / size) }, (_, n) => Buffer.from(message.slice(n * size, (n + 1) * size)))
      const seen: Uint8Array[] = []
      for await (const piece of edited(pieces, edits)) seen.push(piece)
      assert.equal(Buffer.concat(seen).toString(), shown(message, edits), `${JSON.stringify(edits)} in pieces of ${size}`)
    }
  }
})
