import assert from 'node:assert/strict'
import { test } from 'node:test'
import { viewMessage } from '../view/message-view.ts'
import { exampleInput } from './example.ts'
import { RuleSet } from './rule-set.ts'
import { ruleSubject } from './subject.ts'

const rule = (name: string, when: string, score = '1') => `test ${name} ${score}\n  when ${when}\n  de Ein Satz.\n  en A sentence.\n`
const set = (text: string, trusted = false) => new RuleSet([{ name: 'own.rules', text, trusted }])

function fired(text: string, message: string): readonly string[] {
  return set(text)
    .run(ruleSubject(viewMessage(exampleInput(message))), () => false)
    .hits.map(({ name, score }) => `${name} ${score}`)
}

const expressions: [when: string, message: string, fires: boolean][] = [
  ['subject says "you have won"', 'Subject: YOU have  won!\n\n', true],
  ['subject says "you have won"', 'Subject: you have wonderful\n\n', false],
  ['body says "Konto bestätigen"', 'Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nKonto best=E4tigen', true],
  ['body says "Konto bestätigen"', 'Subject: x\n\nKonto bestaetigen', true],
  ['body says "one", "two", "three" >= 2', 'Subject: x\n\none and three', true],
  ['body says "one", "two", "three" >= 2', 'Subject: x\n\none and one', false],
  ['body ~ /w.n/', 'Subject: x\n\nWIN', true],
  ['text ~ /w.n/', 'Subject: x\n\nWIN', false],
  ['text ~ /w.n/i', 'Subject: x\n\nWIN', true],
  ['header:x-mailer has "mutt"', 'X-Mailer: Mutt 2\n\n', true],
  ['from.domain is "a.example"', 'From: a@A.example\n\n', true],
  ['from.domain is "a.example"', 'From: a@b.a.example\n\n', false],
  ['url.count >= 1 and not html.only', 'Subject: x\n\nhttp://a.example/', true],
  ['url.count + subject.length > 3 or url.count * 2 = 2', 'Subject: x\n\nhttp://a.example/', true],
  ['-url.count = -1 and 2 > -2', 'Subject: x\n\nhttp://a.example/', true],
  ['(url.count - 1) != 0', 'Subject: x\n\nhttp://a.example/', false],
  ['auth.spf is "fail", "softfail"', '@spf softfail\nSubject: x\n\n', true],
]

test('expressions', () => {
  for (const [when, message, fires] of expressions) assert.deepEqual(fired(rule('IT', when), message), fires ? ['IT 1'] : [], when)
})

test('tests build on tests, in whatever order they are written, and score 0 only serves others', () => {
  const text = rule('SUM', 'ONE + TWO >= 2', '2.5') + rule('ONE', 'subject has "a"', '0') + rule('TWO', 'subject has "b"', '-1')
  assert.deepEqual(fired(text, 'Subject: ab\n\n'), ['TWO -1', 'SUM 2.5'])
  assert.deepEqual(fired(text, 'Subject: a\n\n'), [])
})

const listFile = 'blocklist BL off\n  zone bl.example\n  asks client, url-ip\n'

test('blocklists: told of in a file, switched on in another, and seen by tests', () => {
  const shipped = { name: 'shipped.rules', text: `${listFile}list UNASKED_DOMAINS\n  a.example\n`, trusted: true }
  assert.deepEqual(new RuleSet([shipped]).blocklists, [])
  const on = new RuleSet([shipped, { name: 'own.rules', text: 'blocklist BL on', trusted: false }])
  assert.deepEqual(on.blocklists, [{ name: 'BL', zone: 'bl.example', asks: ['client', 'url-ip'] }])
  assert.deepEqual([...on.unasked], ['a.example'])
  const keyed = new RuleSet([shipped, { name: 'own.rules', text: 'blocklist BL on\n  zone Key.BL.example.\n  asks from', trusted: false }])
  assert.deepEqual(keyed.blocklists, [{ name: 'BL', zone: 'key.bl.example', asks: ['from'] }])
  const text = listFile + rule('SOME', 'listed:BL is "127.0.0.2"') + rule('BIT', 'listed:BL is "&8"') + rule('PAT', 'listed:BL ~ /^127\\.0\\.1\\./')
  assert.deepEqual(fired(text, '@listed BL 127.0.0.2 127.0.1.9\nSubject: x\n\n'), ['SOME 1', 'BIT 1', 'PAT 1'])
  assert.deepEqual(fired(text, '@listed BL 127.0.0.4\nSubject: x\n\n'), [])
  assert.deepEqual(fired(text, 'Subject: x\n\n'), [])
})

const broken: [text: string, error: RegExp][] = [
  ['tset X 1', /own\.rules:1: "tset"/],
  ['test x 1', /own\.rules:1: "x" is no name/],
  ['test XY\n  when url.count', /own\.rules:1: "test XY" is followed by its score/],
  ['# one\n\ntest XY 1\n  when url.count\n  de a\n', /own\.rules:3: test XY lacks "en"/],
  [rule('XY', 'url.cuont > 1'), /own\.rules:2: there is no fact "url\.cuont"; did you mean "url\./],
  [rule('XY', 'sbject ~ /a/'), /own\.rules:2: there is no field "sbject"; did you mean "subject"\?/],
  [rule('XY', 'listed:LB is "127.0.0.2"') + listFile, /own\.rules:2: there is no blocklist "LB"; did you mean "BL"\?/],
  ['blocklist BL on', /own\.rules:1: there is no blocklist "BL"/],
  ['blocklist BL maybe', /own\.rules:1: "blocklist BL" is followed by "on" or "off"/],
  ['blocklist BL on\n  zone bl.example', /own\.rules:1: blocklist BL lacks "asks"/],
  ['blocklist BL on\n  zone b..l\n  asks client', /own\.rules:2: "b\.\.l" is no zone/],
  ['blocklist BL on\n  zone bl.example\n  asks clients', /own\.rules:3: "clients" is none of client, /],
  [rule('XY', 'YX'), /own\.rules:2: there is no test "YX"; did you mean "XY"\?/],
  [rule('XY', 'subject says SOME'), /own\.rules:2: there is no list "SOME"/],
  [rule('XY', 'subject ~ /(/'), /own\.rules:2: \/\(\/: /],
  [rule('XY', 'subject ~ /a/g'), /own\.rules:2: a pattern knows the flag i, not "g"/],
  [rule('XY', '(url.count'), /own\.rules:2: a parenthesis is not closed/],
  [rule('XY', `${'-'.repeat(60)}1`), /own\.rules:2: an expression is nested at most 50 deep/],
  [rule('XY', 'url.count >'), /own\.rules:2: the expression ends too early/],
  [rule('XY', 'url.count 3'), /own\.rules:2: "3" was not expected here/],
  [rule('XY', `${'('.repeat(60)}1`), /own\.rules:2: an expression is nested at most 50 deep/],
  [rule('XY', '1') + rule('XY', '1'), /own\.rules:5: there is a test XY above/],
  [rule('XY', 'YX') + rule('YX', 'XY'), /depends on itself/],
  [`${rule('XY', 'subject has "a"')}  fires "Subject: b\\n\\n"\n`, /own\.rules:5: test XY does not fire on this message/],
  [`${rule('XY', 'subject has "a"')}  spares "Subject: a\\n\\n"\n`, /own\.rules:5: test XY fires on this message/],
  [`${rule('XY', '1')}  fires Subject\n`, /own\.rules:5: an example is one text in double quotes/],
]

test('a broken file is refused with line and reason', () => {
  for (const [text, error] of broken) assert.throws(() => set(text), error, text)
})

test('a later file takes the place of tests of an earlier one', () => {
  const rules = new RuleSet([
    { name: 'shipped', text: rule('XY', '1', '2') + rule('YX', '1', '2'), trusted: true },
    { name: 'own', text: rule('XY', '1', '0.5') + rule('YX', '1', '0'), trusted: false },
  ])
  assert.deepEqual(rules.run(ruleSubject(viewMessage(exampleInput('\n'))), () => false).hits, [{ name: 'XY', score: 0.5 }])
})

test('when time is up the tests that ran are what is known', () => {
  const rules = set(Array.from({ length: 200 }, (_, index) => rule(`T${index}`, '1')).join(''))
  let looks = 0
  const { hits, complete } = rules.run(ruleSubject(viewMessage(exampleInput('\n'))), () => ++looks > 1)
  assert.equal(complete, false)
  assert.equal(hits.length, 64)
})
