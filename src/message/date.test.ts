import assert from 'node:assert/strict'
import test from 'node:test'
import { readDate, readDay } from './date.ts'

const dates: [text: string, iso: string | undefined][] = [
  ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'],
  ['21 Nov 1997 09:55 +0000', '1997-11-21T09:55:00.000Z'],
  [' Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)', '1969-02-14T03:02:00.000Z'],
  ['Tue, 1 Jul 2003 ((tricky)\n comment) 10:52:37 +0200', '2003-07-01T08:52:37.000Z'],
  // RFC 5322 4.3
  ['21 Nov 97 09:55:06 GMT', '1997-11-21T09:55:06.000Z'],
  ['21 Nov 49 09:55:06 UT', '2049-11-21T09:55:06.000Z'],
  ['21 Nov 50 09:55:06 Z', '1950-11-21T09:55:06.000Z'],
  ['21 Nov 103 09:55:06 EST', '2003-11-21T14:55:06.000Z'],
  ['21 Nov 1997 09:55:06 PDT', '1997-11-21T16:55:06.000Z'],
  ['21 Nov 1997 09:55:06 A', '1997-11-21T09:55:06.000Z'],
  ['21 Nov 1997 09:55:06 XYZ', '1997-11-21T09:55:06.000Z'],
  ['21 Nov 1997 09:55:06', '1997-11-21T09:55:06.000Z'],
  // As some software writes it
  ['Fri, 21-Nov-1997 09:55:06 +0100', '1997-11-21T08:55:06.000Z'],
  ['Fri Nov 21 09:55:06 1997', '1997-11-21T09:55:06.000Z'],
  ['Fri Feb 07 10:18:12 2003 -0800', '2003-02-07T18:18:12.000Z'],
  ['Friday, 21 November 1997 09:55:06 GMT+0100', '1997-11-21T08:55:06.000Z'],
  ['1997-11-21 09:55:06 +0000', '1997-11-21T09:55:06.000Z'],
  ['1997-11-21T09:55:06.123Z', '1997-11-21T09:55:06.000Z'],
  ['Thu, 22 Aug 0102 12:07:35 +0800', '2002-08-22T04:07:35.000Z'],
  ['Sun, 25 Aug 2002 19:21:44 01800', '2002-08-25T19:21:44.000Z'],
  ['20 11 79 05:34:27 -0300', '1979-11-20T08:34:27.000Z'],
  ['17 May 2026 22:15:15 +1400', '2026-05-17T08:15:15.000Z'],
  ['31 Dec 2016 23:59:60 +0000', '2017-01-01T00:00:00.000Z'],
  ['29 Feb 2024 00:00 +0000', '2024-02-29T00:00:00.000Z'],
  ['21 Nov 1997 09:55:06 +9999', '1997-11-21T09:55:06.000Z'],
  // No dates
  ['', undefined],
  ['yesterday', undefined],
  ['21 Nov 1997', undefined],
  ['09:55:06', undefined],
  ['32 Nov 1997 09:55:06', undefined],
  ['31 Nov 1997 09:55:06', undefined],
  ['29 Feb 2023 00:00 +0000', undefined],
  ['0 Nov 1997 09:55:06', undefined],
  ['21 Foo 1997 09:55:06', undefined],
  ['21 Nov 1997 24:00:00', undefined],
  ['21 Nov 1997 09:60:00', undefined],
  ['21 Nov 1997 9', undefined],
  ['21 Nov 99999 09:55:06', undefined],
  ['21 Nov 1000 09:55:06', undefined],
  ['21 Nov 1800 09:55:06', undefined],
]

test('dates', () => {
  for (const [text, iso] of dates) {
    const ms = readDate(text)
    assert.equal(ms === undefined ? undefined : new Date(ms).toISOString(), iso, text)
  }
})

test('the day is the one that the sender wrote (RFC 9051 6.4.4)', () => {
  assert.equal(readDay('1 Jan 1970 23:30:00 -0800'), 0)
  assert.equal(readDay('2 Jan 1970 00:30:00 +0800'), 1)
  assert.equal(readDay('nonsense'), undefined)
})
