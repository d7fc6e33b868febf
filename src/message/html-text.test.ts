import assert from 'node:assert/strict'
import test from 'node:test'
import { htmlText } from './html-text.ts'

for (const [html, text] of [
  ['<p>Hello <b>w</b>orld</p><p>two', ' Hello world  two'],
  ['<html><head><title>T</title><style>p { a > b }</style></head><body>x', '   x'],
  ['a<!-- <p>no</p> -->b<script>if (a < b) c</script>c', 'ab c'],
  ['Gr&uuml;&szlig;e &amp; K&#252;sse&#x21; &nbsp;&unknown; &#0; &#xD800;', 'Grüße & Küsse!  &unknown; \ufffd \ufffd'],
  ['<style>never closed', ' '],
  ['1 < 2 <b', '1 '],
  ['', ''],
] as const) {
  test(`the text of ${html}`, () => assert.equal(htmlText(html), text))
}

test('in time by its length', () => {
  const started = performance.now()
  for (const part of ['<', '<a ', '<!--', '<style>', '&', '&#1', '</style ', '<p>x']) htmlText(`<style>${part.repeat(1_000_000 / part.length)}`)
  for (const part of ['<', '<a ', '<!--', '<style>', '&', '&#1', '</style ', '<p>x']) htmlText(part.repeat(1_000_000 / part.length))
  assert.ok(performance.now() - started < 2000)
})
