import assert from 'node:assert/strict'
import test from 'node:test'
import { Random, seedOfRun } from '../../test/harness/random.ts'
import { fold } from '../message/fold.ts'
import { holds } from './holds.ts'
import { asWritten, scoreIn, sought } from './sought.ts'

/** What is looked for, and texts: one that holds a form of it, one that does not. */
const forms: readonly (readonly [wanted: string, found: readonly string[], missed: readonly string[]])[] = [
  ['Rechnung', ['Ihre Rechnungen', 'RECHNUNGEN', 'die Stromrechnung'], ['rechnen']],
  ['Rechnungen', ['Ihre Rechnung', 'eine Stromrechnung', 'Stromrechnungen'], ['rechnet']],
  ['Häuser', ['ein Haus', 'haeuser', 'HAEUSER', 'des Hauses', 'Krankenhaus', 'Hauser'], ['draussen']],
  ['haeuser', ['Häuser', 'ein Haus'], []],
  ['Haus', ['Häuser', 'Haeuser', 'Hauses'], []],
  ['Mutter', ['Mütter', 'Muetter', 'Müttern'], []],
  ['Straße', ['Strassen', 'STRASSE', 'Hauptstraßen'], []],
  ['strasse', ['Straßen'], []],
  ['Überweisung', ['Ueberweisungen', 'Uberweisung', 'überweisungen'], ['Unterweisungen']],
  ['Uberweisungen', ['Überweisung'], []],
  ['Lieferungen', ['Lieferung'], ['lieb']],
  ['invoices', ['an invoice', 'Invoiced', 'INVOICE'], ['voice']],
  ['running', ['he runs', 'run'], ['brunnen', 'ran']],
  ['happiness', ['happy'], []],
  ['relational', ['relate', 'related'], []],
  ['big invoice', ['invoices that are bigger than big', 'Invoice: big'], ['invoice', 'big']],
  ['neue', ['ein neuer', 'neuen'], []],
  ['geübt', ['geubt', 'geübten'], []],
  ['Freundin', ['Freundinnen'], []],
  ['Quelle', ['Quellen'], []],
  ['会議', ['の会議室'], ['会 議']],
  ['x1-y2', ['y2 x1'], ['x1']],
]

for (const [wanted, found, missed] of forms) {
  test(`forms of ${wanted}`, async () => {
    const fuzzy = await sought({ text: wanted, fuzzy: true })
    for (const text of found) {
      const folded = fold(text)
      assert.ok(scoreIn(folded, fuzzy) > 0, text)
      for (const roots of fuzzy.roots)
        assert.ok(
          roots.some((root) => holds(folded, root)),
          `the index does not find ${text} by ${roots.join()}`,
        )
    }
    for (const text of missed) assert.equal(scoreIn(fold(text), fuzzy), 0, text)
  })
}

test('a text holds the roots of every word that stands in it: the index leads to it', async (context) => {
  const random = new Random(seedOfRun())
  context.diagnostic(`seed ${random.seed}`)
  const words = ['bauübung', 'taüx', 'aüoöuä', 'dying', 'lies', 'eier', 'ooo', 'queue', 'poet', 'x', 'straße', 'a'.repeat(100)]
  for (let run = 0; run < 2000; run++) words.push(Array.from({ length: random.between(1, 14) }, () => random.pick([...'aäeoöuüyßbcghnrst'])).join(''))
  for (const word of words) {
    const folded = fold(word)
    const [roots = []] = (await sought({ text: word, fuzzy: true })).roots
    assert.ok(
      roots.some((root) => folded.includes(root)),
      `${word}: ${roots.join(' ')}`,
    )
    assert.ok(roots.length <= 30, word)
  }
})

test('what stands there as it was written is found best, then its words, then their forms', async () => {
  const fuzzy = await sought({ text: 'alte Häuser', fuzzy: true })
  const scores = ['drei alte häuser', 'häuser, alte', 'alte haus', 'alt, haus'].map((text) => scoreIn(text, fuzzy))
  assert.equal(scores[0], asWritten)
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  )
  assert.equal(scoreIn('alte', fuzzy), 0)
})

test('words may stand in different pieces of a message', async () => {
  const looking = (await sought({ text: 'alte Rechnung', fuzzy: true })).begin()
  looking.look('subject: rechnungen')
  assert.equal(looking.score, 0)
  looking.look('von alten leuten')
  assert.ok(looking.score > 0)
})

test('without FUZZY only the text itself is meant', async () => {
  const exact = await sought({ text: 'Rechnung' })
  assert.equal(scoreIn('rechnungen', exact), asWritten)
  assert.equal(scoreIn('rechnen', exact), 0)
  assert.equal(scoreIn('haus', await sought({ text: 'Häuser' })), 0)
})

test('signs and nothing are no words', async () => {
  assert.equal(scoreIn('a -- b', await sought({ text: '--', fuzzy: true })), asWritten)
  assert.equal(scoreIn('', await sought({ text: '', fuzzy: true })), asWritten)
})

test('a text made to take long ends', async () => {
  const fuzzy = await sought({ text: 'Rechnung', fuzzy: true })
  const words = Array.from({ length: 300_000 }, (_, n) => `rechnun${n}x`).join(' ')
  const before = process.cpuUsage()
  assert.equal(scoreIn(words, fuzzy), 0)
  assert.equal(scoreIn('rechnun'.repeat(500_000), fuzzy), 0)
  const { user } = process.cpuUsage(before)
  assert.ok(user < 2_000_000, `${user} µs of CPU`)
})
