import assert from 'node:assert/strict'
import test from 'node:test'
import { readMailboxes } from './csv.ts'

const good: readonly (readonly [csv: string, mailboxes: readonly object[]])[] = [
  ['address\nann@a.example\n', [{ address: 'ann@a.example' }]],
  ['address,password,quota\r\nann@a.example,secret one,4G\r\n', [{ address: 'ann@a.example', password: 'secret one', quota: '4G' }]],
  [
    '\uFEFFQuota;Address;Password\n1G;ann@a.example;a,b"c\n;bob@a.example;\n',
    [{ address: 'ann@a.example', password: 'a,b"c', quota: '1G' }, { address: 'bob@a.example' }],
  ],
  ['address,password\n"ann@a.example","with ""marks"", and\na line"\n', [{ address: 'ann@a.example', password: 'with "marks", and\na line' }]],
  ['address,password\n\n ann@a.example , begins with a space\n\n,\n', [{ address: 'ann@a.example', password: ' begins with a space' }]],
  ['address,password\nann@a.example,', [{ address: 'ann@a.example' }]],
  ['address,password\nann@a.example,x', [{ address: 'ann@a.example', password: 'x' }]],
  ['address,password\nann@a.example', [{ address: 'ann@a.example' }]],
  ['address\n', []],
]

test('tables of mailboxes as spreadsheets write them', () => {
  for (const [csv, mailboxes] of good) assert.deepEqual(readMailboxes(csv), { mailboxes }, JSON.stringify(csv))
})

test('what is no such table is refused in words', () => {
  for (const [csv, fault] of [
    ['', /the first line names the columns/],
    ['password\nx\n', /the first line names the columns/],
    ['address,colour\nann@a.example,red\n', /no column "colour"/],
    ['address\nann@a.example,x\n', /line 2 has more fields/],
    ['address,password\nann@a.example,"x\n', /not closed/],
  ] as const) {
    assert.match(readMailboxes(csv).fault?.en ?? '', fault, JSON.stringify(csv))
  }
})
