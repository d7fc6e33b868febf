import assert from 'node:assert/strict'
import test from 'node:test'
import { htmlText } from './html-text.ts'

const cases: readonly (readonly [html: string, text: string])[] = [
  ['plain words', 'plain words'],
  ['<p>one</p><p>two</p>', ' one two '],
  ['so<b>me</b>th<!-- not here -->ing', 'something'],
  ['<DIV CLASS="a>b">x</DIV>', ' x '],
  ["<a title='it\"s > here'>x</a>", 'x'],
  ["<p it's>x</p> isn't", " x isn't"],
  ['<style>p { color: red }</style>red?<script>if (a < b) alert("</p>")</script >!', ' red? !'],
  ['<STYLE>unclosed', ' '],
  ['<html><head><title>T</title><style>p { a > b }</style></head><body>x', ' x'],
  ['', ''],
  ['M&uuml;ller &amp; S&#246;hne &#x1F4EC; &nbsp;&euro;5&apos;', "Müller & Söhne 📬 €5'"],
  ['AT&T &unknown; &copyright &#0; &#xd800; &#9999999;', 'AT&T &unknown; &copyright \ufffd \ufffd \ufffd'],
  ['Zu&shy;sam\u200bmen&zwnj;ge&#173;setzt', 'Zusammengesetzt'],
  ['a\r\n   b\tc  d', 'a b c d'],
  ['1 < 2, 2 > 1 and <3', '1 < 2, 2 > 1 and <3'],
  ['<a href="unclosed>x</a> y', 'x y'],
  ['<!doctype html><?xml version="1.0"?>x', 'x'],
  ['x<', 'x<'],
  ['x</', 'x</'],
  ['x<p', 'x '],
]

test('HTML is text as its reader sees it', () => {
  for (const [html, text] of cases) assert.equal(htmlText(html), text, html)
})

test('whatever the octets are, it takes time by their length', () => {
  const started = performance.now()
  for (const piece of ['<', '<a', '<a "', "<a ='", '<!--', '<style>', '</', '&', '&#', '&a', '<style></', ' ', ' \n', '<p =  "', '"', '\u00ad', '<!']) {
    htmlText(piece.repeat(400_000))
    htmlText(`<a ${piece.repeat(400_000)}`)
  }
  assert.ok(performance.now() - started < 10_000, 'minutes, by the square')
})
