import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { StrengthLink } from './strength-link.ts'

test('passwords are judged in a thread of its own, several at once', async () => {
  const link = new StrengthLink(silent)
  try {
    const found = await Promise.all(['passwort1', 'Kranich im Nebel', 'annabella7'].map((password) => link.estimate(password, ['annabella'])))
    assert.deepEqual(
      found.map((strength) => strength?.weaknesses[0]),
      ['common', 'word', 'own-name'],
    )
  } finally {
    await link.close()
  }
})

test('who waits while the thread ends hears that it cannot be told, and the next starts another', async () => {
  const link = new StrengthLink(silent)
  try {
    const waiting = link.estimate('passwort1', [])
    await link.close()
    assert.equal(await waiting, undefined)
    assert.equal((await link.estimate('passwort1', []))?.score, 1)
  } finally {
    await link.close()
  }
})
