import assert from 'node:assert/strict'
import test from 'node:test'
import { type CheckName, type CheckOutcome, type CheckReasons, found } from '../../mail/check.ts'
import type { JournalEntry, JournalOutcome } from '../entry.ts'
import { findings } from '../findings.ts'
import { aRefusal, anEntry, noonMs } from '../testing/entries.ts'
import { explained } from './explained.ts'
import { listEntryFor } from './actions.ts'
import { type Story, storyOf } from './story.ts'

const why = (name: string) => (name === 'GTUBE' ? { en: 'it is a test', de: 'es ist ein Test' } : undefined)

/** An entry that ended so because of this one finding. */
function endedBy<Name extends CheckName>(
  outcome: JournalOutcome,
  [check, result, reason, detail]: readonly [Name, CheckOutcome, CheckReasons[Name], string?],
  different: Partial<JournalEntry> = {},
): JournalEntry {
  const ofOurs = { recipient: 'bob@ours.example', addressId: 3, customerId: 1, accountId: anEntry(noonMs).accountId }
  return aRefusal(noonMs, {
    ...ofOurs,
    outcome,
    checks: [{ ...found(check, result, reason, detail), micros: 40 }],
    ...different,
  })
}

const actionsOf = (story: Story) => story.offers.map(({ action }) => action)

test('every reason that can keep a message from somebody is explained, in both languages and without gaps', () => {
  for (const [check, reasons] of Object.entries(findings)) {
    for (const reason of Object.keys(reasons)) {
      const words = (explained[check as CheckName] as Readonly<Record<string, unknown>>)[reason]
      if (words === undefined) continue
      const outcome = check === 'sending' ? 'failed' : 'refused'
      const { headline, meaning, advice, steps } = storyOf(endedBy(outcome, [check as CheckName, 'fail', reason as never, 'a detail']), why)
      for (const text of [headline, ...meaning, ...advice, ...steps.map((step) => step.found), ...steps.map((step) => step.name)]) {
        for (const said of [text.en, text.de]) assert.doesNotMatch(said, /[{}]|(?:^|[\s([])\?|^$/, `${check}: ${reason}`)
      }
      assert.equal(meaning.length, 1, `${check}: ${reason}`)
      assert.equal(steps.filter(({ decided }) => decided).length, 1, `${check}: ${reason}`)
    }
  }
})

test('a greylisted sender can be let through now and always', () => {
  const entry = endedBy('deferred', ['greylisting', 'wait', 'first seen'])
  const story = storyOf({ ...entry, checks: [...anEntry(noonMs).checks.slice(0, 2), ...entry.checks] }, why)
  assert.equal(story.headline.de, 'Die Nachricht wurde noch nicht angenommen; der sendende Server wurde gebeten, wiederzukommen.')
  assert.match(story.meaning[0]?.en ?? '', /asked to come again a little later/)
  assert.deepEqual(
    story.steps.map((step) => [step.check, step.decided, step.found.en]),
    [
      ['arrival', false, 'The server mail.sender.example [192.0.2.7] brought it, from ann@sender.example for bob@ours.example.'],
      ['address', false, 'The address is a mailbox.'],
      ['reverse-lookup', false, 'The address 192.0.2.7 has the host name mail.sender.example, which leads back to it.'],
      ['greylisting', true, 'The sender was seen for the first time.'],
    ],
  )
  assert.deepEqual(actionsOf(story), ['let-through', 'block'])
  assert.equal(story.offers[0]?.listEntry, 'ann@sender.example')
})

test('what is offered is what helps', () => {
  const offered: readonly (readonly [JournalEntry, readonly string[]])[] = [
    [endedBy('refused', ['reverse-lookup', 'fail', 'no name']), ['no-reverse-lookup', 'block']],
    [endedBy('refused', ['lists', 'fail', 'listed', '.sender.example']), ['unblock']],
    [endedBy('refused', ['lists', 'fail', 'not allowed']), ['allow']],
    [endedBy('refused', ['blocklists', 'fail', 'listed', 'bl.example']), ['let-through', 'block']],
    [endedBy('refused', ['content-filter', 'fail', 'spam, refused', '9 / 6: GTUBE=9']), ['let-through', 'block']],
    [endedBy('refused', ['authentication', 'fail', 'refused by DMARC', 'sender.example']), ['let-through', 'block']],
    [endedBy('delivered', ['content-filter', 'fail', 'spam, into the folder', '9 / 6: GTUBE=9']), ['was-not-spam', 'let-through', 'block']],
    [endedBy('delivered', ['content-filter', 'pass', 'not spam', '1 / 6']), ['was-spam', 'block']],
    [endedBy('discarded', ['content-filter', 'fail', 'spam, thrown away', '9 / 6']), ['let-through', 'block']],
    [endedBy('delayed', ['sending', 'wait', 'no-answer']), ['try-again']],
    [endedBy('failed', ['sending', 'fail', 'no-such-mailbox']), []],
    // Nobody to be let through, and nothing that could be.
    [endedBy('deferred', ['greylisting', 'wait', 'first seen'], { sender: '' }), []],
    [endedBy('refused', ['virus', 'fail', 'virus', 'Eicar']), []],
    [endedBy('refused', ['quota', 'fail', 'mailbox full']), []],
    [endedBy('refused', ['address', 'fail', 'no such address'], { addressId: undefined }), []],
    [endedBy('refused', ['sending-limits', 'wait', 'messages-per-day', '1500']), []],
  ]
  for (const [entry, actions] of offered) assert.deepEqual(actionsOf(storyOf(entry, why)), actions, JSON.stringify(entry.checks))
})

test('tests of the content filter are told one by one', () => {
  const { steps, headline } = storyOf(endedBy('delivered', ['content-filter', 'fail', 'spam, into the folder', '9.5 / 6: GTUBE=8, MINE=1.5']), why)
  assert.equal(headline.en, 'The message was delivered: into the folder for spam, if the mailbox has one.')
  assert.equal(steps[1]?.found.en, 'The message is spam, and goes into the folder for spam where there is one (9.5 / 6).')
  assert.deepEqual(steps[1]?.tests, [
    { name: 'GTUBE', points: 8, why: { en: 'it is a test', de: 'es ist ein Test' } },
    { name: 'MINE', points: 1.5 },
  ])
})

test('a sender whose address is made for one message stands on a list with its domain', () => {
  assert.equal(listEntryFor('ann@sender.example'), 'ann@sender.example')
  for (const local of ['bounce-ann=ours.example', 'prvs=1234abcd', 'SRS0=abc=de=x', '20261122120000123', 'b-0123456789abcdef0123']) {
    assert.equal(listEntryFor(`${local}@list.example`), 'list.example', local)
  }
  assert.equal(listEntryFor(''), undefined)
})
