import assert from 'node:assert/strict'
import test from 'node:test'
import type { TimedCheck } from '../mail/check.ts'
import type { JournalEntry } from './entry.ts'
import { tell } from './tell.ts'
import { aRefusal, anEntry, noonMs } from './testing/entries.ts'

const greylisted = aRefusal(noonMs, {
  outcome: 'deferred',
  reply: '450 4.7.1 <bob@ours.example>: Recipient address rejected: You have been greylisted, please try later',
  checks: [
    { check: 'reverse-lookup', result: 'pass', reason: 'verified', detail: 'mail.sender.example', micros: 12_345 },
    { check: 'greylisting', result: 'wait', reason: 'first seen', micros: 40 },
  ],
})

const summaries: readonly (readonly [JournalEntry & { repeats?: number }, en: string, de: string])[] = [
  [anEntry(noonMs), 'Delivered.', 'Zugestellt.'],
  [
    anEntry(noonMs, {
      ...{ outcome: 'relayed', clientName: 'mx.b.example', clientIp: '192.0.2.9', reply: '250 2.0.0 queued' },
      checks: [
        { check: 'way-out', result: 'none', reason: 'relay', detail: 'first', micros: 0 },
        { check: 'transport-security', result: 'pass', reason: 'tlsa', micros: 0 },
        { check: 'sending', result: 'pass', reason: 'relayed', micros: 0 },
      ],
    }),
    'Sent to mx.b.example [192.0.2.9] over TLS (DANE) by relay first: the other server has the message, and does not tell what becomes of it. Answer: 250 2.0.0 queued',
    'Versandt an mx.b.example [192.0.2.9] über TLS (DANE) über Relay first: der andere Server hat die Nachricht und meldet nicht, was daraus wird. Antwort: 250 2.0.0 queued',
  ],
  [
    anEntry(noonMs, {
      ...{ outcome: 'delayed', clientName: undefined, clientIp: '', reply: '4.4.1 connection timed out' },
      checks: [
        { check: 'sending', result: 'wait', reason: 'no-answer', micros: 0 },
        { check: 'next-attempt', result: 'none', reason: 'at', detail: '2026-11-22T13:00:00.000Z', micros: 0 },
      ],
    }),
    'Not sent yet: no mail server of the domain answers. Answer: 4.4.1 connection timed out. It will be tried again at 2026-11-22T13:00:00.000Z.',
    'Noch nicht versandt: kein Mailserver der Domain antwortet. Antwort: 4.4.1 connection timed out. Der nächste Versuch ist um 2026-11-22T13:00:00.000Z.',
  ],
  [
    greylisted,
    'Deferred: the sender was seen for the first time (greylisting). The sending server may try again, and will do so by itself.',
    'Aufgeschoben: der Absender wurde zum ersten Mal gesehen (Greylisting). Der sendende Server darf es wieder versuchen und tut das von selbst.',
  ],
  [
    { ...aRefusal(noonMs), repeats: 200 },
    'Refused: there is no such address (address). The sender is told by the sending server. This entry stands for 200 alike within an hour.',
    'Abgelehnt: diese Adresse gibt es nicht (Adresse). Der Absender erfährt es von seinem eigenen Server. Dieser Eintrag steht für 200 gleichartige innerhalb einer Stunde.',
  ],
  [
    aRefusal(noonMs, { checks: [{ check: 'reverse-lookup', result: 'fail', reason: 'no name leads back', micros: 1 }], sender: '' }),
    'Refused: no host name of 192.0.2.7 leads back to it (reverse lookup).',
    'Abgelehnt: kein Rechnername von 192.0.2.7 führt zu ihr zurück (Rückwärtssuche).',
  ],
  [
    aRefusal(noonMs, { checks: [{ check: 'lists', result: 'fail', reason: 'listed', detail: '.evil.example', micros: 1 }], sender: '' }),
    'Refused: the sender is on the block list of the address (.evil.example) (lists).',
    'Abgelehnt: der Absender steht auf der Sperrliste der Adresse (.evil.example) (Listen).',
  ],
  [
    aRefusal(noonMs, {
      checks: [{ check: 'size', result: 'fail', reason: 'a reason made tomorrow', detail: '7', micros: 1 } as unknown as TimedCheck],
      sender: '',
    }),
    'Refused: a reason made tomorrow (7) (size).',
    'Abgelehnt: a reason made tomorrow (7) (Größe).',
  ],
  [aRefusal(noonMs, { checks: [], reply: '451 4.3.0 x', sender: '' }), 'Refused: 451 4.3.0 x', 'Abgelehnt: 451 4.3.0 x'],
]

for (const [entry, en, de] of summaries) {
  test(`told: ${en}`, () => {
    assert.equal(tell(entry, 'en').summary, en)
    assert.equal(tell(entry, 'de').summary, de)
  })
}

test('each check has its line', () => {
  assert.deepEqual(tell(greylisted, 'en').checks, [
    'reverse lookup: passed, the address 192.0.2.7 has the host name mail.sender.example, which leads back to it (12.3 ms)',
    'greylisting: must wait, the sender was seen for the first time (40 µs)',
  ])
  assert.deepEqual(tell(greylisted, 'de').checks, [
    'Rückwärtssuche: bestanden, die Adresse 192.0.2.7 hat den Rechnernamen mail.sender.example, der zu ihr zurückführt (12,3 ms)',
    'Greylisting: muss warten, der Absender wurde zum ersten Mal gesehen (40 µs)',
  ])
})
