/**
 * Ten families of evasion (docs/filter.md), each beside the same message written plainly: what is hidden from a naive filter must be read all
 * the same, or count by itself.
 */
import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { ContentFilter } from './filter.ts'
import { readRuleFolder } from './rules/rule-folder.ts'
import { RuleSet } from './rules/rule-set.ts'
import { Model } from './learn/model.ts'

const filter = new ContentFilter({ rules: new RuleSet(readRuleFolder(path.join(import.meta.dirname, '../../rules'), true)) })

function judge(message: string | Buffer) {
  const { score, tests } = filter.judge(filter.examine({ octets: Buffer.from(message) }), {})
  return { score, names: tests.map(({ name }) => name) }
}

const head =
  'From: Ann <ann@a.example>\nTo: bob@b.example\nSubject: hello\nDate: Mon, 4 Mar 2024 09:59:00 +0000\nMessage-ID: <1@a.example>\nMIME-Version: 1.0\n'
const text = 'Dear customer, due to unusual activity your account has been limited: verify your account within 24 hours.\n'
const deutsch = 'Sehr geehrter Kunde, Ihr Konto wurde gesperrt. Bitte Konto bestätigen, der Zugang ist vorübergehend gesperrt.\n'

/** The message fires these tests, and scores at least as much as when it is written plainly. */
function caught(evading: string | Buffer, names: readonly string[], plainly = `${head}Content-Type: text/plain; charset=utf-8\n\n${text}`): void {
  const { score, names: fired } = judge(evading)
  for (const name of names) assert.ok(fired.includes(name), `${name} is not among ${fired.join(', ')}`)
  const plain = judge(plainly)
  assert.ok(score >= plain.score, `${score} < ${plain.score}`)
}

test('broken MIME: missing ends, boundaries that are none, headers without a body are read as far as they go', () => {
  caught(`${head}Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n${text}`, ['ACCOUNT_ALL_WORDS'])
  caught(`${head}Content-Type: multipart/mixed\n\n${text}`, ['ACCOUNT_ALL_WORDS', 'PARTS_BROKEN'])
  caught(`${head}Content-Type: multipart/mixed; boundary=y\n\n--x\n\n${text}--x--\n`, ['PARTS_BROKEN'], `${head}\n${text.slice(0, 20)}`)
  caught(`${head}Content-Type: multipart/alternative; boundary="x\n\n--x\nContent-Type: text/plain\n\n${text}\n--x--\n`, ['ACCOUNT_ALL_WORDS'])
})

test('encodings: what is coded twice, needlessly or falsely is read, umlauts in every coding', () => {
  caught(`${head}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${Buffer.from(text).toString('base64')}\n`, [
    'ACCOUNT_ALL_WORDS',
    'CODED_PLAIN_TEXT',
  ])
  caught(
    `${head}Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n${text.replace(/[aeo]/g, (letter) => `=${letter.charCodeAt(0).toString(16)}`)}`,
    ['ACCOUNT_ALL_WORDS'],
  )
  caught(`${head}Content-Type: text/plain\nContent-Transfer-Encoding: base46\n\n${text}`, ['CODING_UNKNOWN', 'ACCOUNT_ALL_WORDS'])
  const html = [...text].map((letter) => `&#${letter.charCodeAt(0)};`).join('')
  caught(`${head}Content-Type: text/html\n\n<html><body>${html}</body></html>`, ['ACCOUNT_ALL_WORDS', 'HTML_LETTER_CODES'])
  for (const [charset, octets] of [
    ['utf-8', Buffer.from(deutsch)],
    ['iso-8859-1', Buffer.from(deutsch, 'latin1')],
    ['windows-1252', Buffer.from(deutsch, 'latin1')],
    ['utf-16le', Buffer.from(deutsch, 'utf16le')],
  ] as const) {
    const coded = `${head}Content-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: base64\n\n${octets.toString('base64')}\n`
    assert.ok(judge(coded).names.includes('KONTO_MANY_WORDS'), charset)
  }
  assert.ok(judge(`${head}Content-Type: text/html\n\n<p>${deutsch.replaceAll('ä', '&auml;').replaceAll('ü', '&uuml;')}`).names.includes('KONTO_MANY_WORDS'))
  assert.ok(judge(`${head}\n${deutsch.replaceAll('ä', 'ae').replaceAll('ü', 'ue')}`).names.includes('KONTO_MANY_WORDS'))
  assert.ok(judge(`${head}Content-Type: text/plain; charset=utf-8\n\n${deutsch.normalize('NFD')}`).names.includes('KONTO_MANY_WORDS'))
})

test('zero-width and look-alike letters: the word is the one that is seen, and the trick counts', () => {
  const utf8 = `${head}Content-Type: text/plain; charset=utf-8\n\n`
  caught(`${utf8}${text.replaceAll('o', 'o\u200b')}`, ['ACCOUNT_ALL_WORDS', 'TEXT_UNSEEN_LETTERS'])
  caught(`${utf8}${text.replaceAll('a', 'а').replaceAll('o', 'о')}`, ['ACCOUNT_ALL_WORDS', 'TEXT_MIXED_LETTERS'])
  const bold = text.replace(/[a-z]/g, (letter) => String.fromCodePoint(0x1_d4_1a + letter.charCodeAt(0) - 0x61))
  caught(`${utf8}${bold}`, ['ACCOUNT_ALL_WORDS', 'TEXT_STYLED_LETTERS'])
  caught(`${utf8}${text.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfe_e0))}`, ['ACCOUNT_ALL_WORDS'])
  caught(`${utf8}${text.replaceAll('a', 'a\u0301')}`, ['ACCOUNT_ALL_WORDS'])
})

test('HTML hiding: what is not seen does not count as text, words that are cut are whole', () => {
  const page = (body: string) => `${head}Content-Type: text/html\n\n<html><body>${body}</body></html>`
  const harmless = 'the weather in the mountains was quite fine all summer, said the children of the village '.repeat(3)
  for (const hidden of [
    `<div style="display: none">${harmless}</div>`,
    `<span style="font-size:0px">${harmless}</span>`,
    `<font color="#FFFFFF">${harmless}</font>`,
    `<p style="color:white;background-color:#fff">${harmless}</p>`,
    `<div style="visibility:hidden">${harmless}<div>${harmless}</div></div>`,
  ]) {
    caught(page(`${text}${hidden}`), ['ACCOUNT_ALL_WORDS', 'HTML_MOSTLY_HIDDEN'], page(text))
  }
  caught(page(text.replaceAll('count', 'co<!-- x -->unt').replaceAll('ver', 'v<xqzptlbnfrstwm>er')), ['ACCOUNT_ALL_WORDS', 'HTML_BROKEN_WORDS'], page(text))
  caught(page(`<style>${harmless}</style><title>${harmless}</title>${text}`), ['ACCOUNT_ALL_WORDS'], page(text))
})

test('image-only: a picture with hardly a word counts as that', () => {
  const { names } = judge(`${head}Content-Type: text/html\n\n<html><body><a href="http://b.example/"><img src="cid:1"></a></body></html>`)
  assert.ok(names.includes('IMAGE_ONLY') && names.includes('IMAGES_LITTLE_TEXT'))
})

test('nested archives: names inside are seen without unpacking, a bomb is not set off', () => {
  const zip = (name: string, flags = 0) => {
    const header = Buffer.alloc(30 + name.length)
    header.write('PK\u0003\u0004', 'latin1')
    header.writeUInt16LE(flags, 6)
    header.writeUInt32LE(0xff_ff_ff_ff, 22)
    header.writeUInt16LE(name.length, 26)
    header.write(name, 30, 'latin1')
    return header
  }
  const attached = (octets: Buffer, name = 'Rechnung.zip') =>
    `${head}Content-Type: application/zip; name="${name}"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="${name}"\n\n${octets.toString('base64')}\n`
  assert.ok(judge(attached(zip('inner.zip'))).names.includes('FILE_NESTED_ARCHIVE'))
  assert.ok(judge(attached(zip('invoice.js'))).names.includes('FILE_HIDDEN_PROGRAM'))
  assert.ok(judge(attached(zip('x', 1))).names.includes('FILE_LOCKED'))
  assert.ok(judge(attached(zip('a.txt'), 'Rechnung.pdf')).names.includes('FILE_TYPE_DIFFERS'))
  // A message in a message in a message is read like the outermost.
  caught(`${head}Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n${head}\n${text}`, ['ACCOUNT_ALL_WORDS'])
})

test('misdeclared charset: the text is read as what it is, or counts as unreadable', () => {
  caught(`${head}Content-Type: text/plain; charset=us-ascii\n\n${text.replaceAll('a', 'а')}`, ['ACCOUNT_ALL_WORDS'])
  caught(`${head}Content-Type: text/plain; charset=x-nothing\n\n${text}`, ['ACCOUNT_ALL_WORDS', 'CHARSET_UNKNOWN'])
  const wrong = Buffer.concat([Buffer.from(`${head}Content-Type: text/plain; charset=utf-8\n\n`), Buffer.from(`${text}öäüöäü`, 'latin1')])
  caught(wrong, ['ACCOUNT_ALL_WORDS', 'CHARSET_FALSE'])
})

test('header confusion: several authors, hidden ones, fields that come twice', () => {
  const plainly = `${head}\n${text}`
  caught(`From: bank@bank.example\n${head}\n${text}`, ['FROM_SEVERAL', 'FIELDS_REPEATED'], plainly)
  caught(`${head.replace('Ann <ann@a.example>', '"service@bank.example" <x@evil.example>')}\n${text}`, ['FROM_NAME_IS_OTHER_ADDRESS'], plainly)
  caught(`${head.replace('Ann <ann@a.example>', 'PayPal <x@evil.example>')}\n${text}`, ['BRAND_UNPROVEN'], plainly)
  caught(`${head.replace('From: Ann <ann@a.example>\n', '')}\n${text}`, ['FROM_MISSING'], plainly)
  caught(`${head.replace('<ann@a.example>', '<>')}\n${text}`, ['FROM_UNREADABLE'], plainly)
  caught(`${head}stray line\n\n${text}`, ['FIELDS_STRAY'], plainly)
})

test('Bayes poisoning: words of good mail, hidden or behind, do not wash a message clean', () => {
  const model = Model.create('installation')
  const good = (index: number) => `The meeting on tuesday is about the budget of project ${index}, please bring the minutes and the figures of last year.\n`
  const bad = (index: number) => `Dear customer ${index}, your account has been limited: verify your password at once or it will be closed for ever.\n`
  for (let index = 0; index < 40; index += 1) {
    filter.learn(filter.examine({ octets: Buffer.from(`${head}\n${good(index)}`) }), 'ham', model)
    filter.learn(filter.examine({ octets: Buffer.from(`${head}\n${bad(index)}`) }), 'spam', model)
  }
  const learned = (body: string, type = 'text/plain') =>
    filter
      .judge(filter.examine({ octets: Buffer.from(`${head}Content-Type: ${type}\n\n${body}`) }), { installation: model })
      .tests.find(({ name }) => name === 'LEARNED_INSTALLATION')?.score ?? 0
  const plain = learned(`<html><body>${bad(1)}</body></html>`, 'text/html')
  assert.ok(plain > 3, String(plain))
  // Hidden, it does not count at all.
  assert.ok(learned(`<html><body>${bad(1)}<div style="display:none">${good(1)}${good(2)}</div></body></html>`, 'text/html') > plain * 0.8)
  // Random words that nobody has learned weigh nothing.
  const random = Array.from({ length: 100 }, (_, index) => `qx${index}z`).join(' ')
  assert.ok(learned(`${bad(1)}\n\n${random}`) > 0)
})

test('huge parts: beginning and end are read, and time stays short', () => {
  const filler = `${'lorem ipsum dolor sit amet '.repeat(3)}\n`.repeat(60_000)
  const began = process.threadCpuUsage()
  const { names } = judge(`${head}\n${text}${filler}`)
  const atEnd = judge(`${head}\n${filler}${text}`)
  const { user } = process.threadCpuUsage(began)
  assert.ok(names.includes('ACCOUNT_ALL_WORDS') && atEnd.names.includes('ACCOUNT_ALL_WORDS'))
  assert.ok(user < 400_000, `${user / 1000} ms for two messages of 5 MB`)
  const many = `${head}Content-Type: multipart/mixed; boundary=x\n\n${'--x\nContent-Type: text/html\n\n<p>a<b>b</b>\n'.repeat(20_000)}`
  assert.equal(typeof judge(many).score, 'number')
})
