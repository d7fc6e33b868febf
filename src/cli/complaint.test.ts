import assert from 'node:assert/strict'
import test from 'node:test'
import { DatabaseUnavailable } from '../database/database.ts'
import { DatabaseNewer } from '../database/migrate.ts'
import { LogMissing } from '../store/heal-log.ts'
import { IndexOfAnother } from '../store/owner.ts'
import { complaintOf } from './complaint.ts'
import { de } from './texts/de.ts'
import { en } from './texts/en.ts'
import { CannotDo, WrongUse } from './trouble.ts'

const streams = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: {} }

test('what ends a command is said in words, and only a surprise is called our fault', () => {
  for (const [error, code, exitCode, english, german] of [
    [new WrongUse('so not'), 'usage', 2, /^so not$/, /^so not$/],
    [new CannotDo('not now'), 'unavailable', 1, /^not now$/, /^not now$/],
    [new DatabaseUnavailable('gone'), 'unavailable', 1, /database cannot be used: gone/, /Datenbank ist nicht zu benutzen: gone/],
    [new DatabaseNewer(['store 9']), 'unavailable', 1, /newer version .*\(store 9\)/, /neuere Version .*\(store 9\)/],
    [new LogMissing('no log'), 'unavailable', 1, /disk mounted/, /Datenträger eingehängt/],
    [new IndexOfAnother('n1'), 'unavailable', 1, /another data folder.*write n1 into/, /anderen Datenordners.*gehört n1 in/],
    [Object.assign(new Error('EACCES: no'), { code: 'EACCES', syscall: 'open' }), 'unavailable', 1, /system would not/, /System ließ/],
    [new TypeError('x is not a function'), 'fault', 1, /our fault: x is not/, /liegt an uns: x is not/],
  ] as const) {
    for (const [language, t, words] of [
      ['en', en, english],
      ['de', de, german],
    ] as const) {
      const complaint = complaintOf(error, { t, language, io: streams, exitCode: 0 })
      assert.deepEqual([complaint.code, complaint.exitCode], [code, exitCode], error.name)
      assert.match(complaint.message, words)
    }
  }
})
