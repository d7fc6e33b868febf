import assert from 'node:assert/strict'
import test from 'node:test'
import { findings } from './findings.ts'

test('each reason has a clause in both languages, with the same values in it', () => {
  const values = (clause: string) => [...clause.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name).toSorted((a, b) => a.localeCompare(b))
  for (const [check, reasons] of Object.entries(findings)) {
    for (const [reason, { en, de }] of Object.entries(reasons)) {
      assert.ok(en !== '' && de !== '', `${check}: ${reason}`)
      assert.deepEqual(values(de), values(en), `${check}: ${reason}`)
      assert.deepEqual(
        values(en).filter((name) => !['detail', 'helo', 'ip'].includes(name)),
        [],
      )
    }
  }
})
