import assert from 'node:assert/strict'
import test from 'node:test'
import { generatePassword } from './generate-password.ts'
import { judgePassword, type PasswordSources } from './password-rules.ts'
import { estimateStrength } from './strength/estimate.ts'

const rules = { leastLength: 8, leastScore: 2 }
const sources: PasswordSources = {
  estimateStrength: async (password, names) => estimateStrength(password, names),
  isLeaked: async (password) => password === 'known from elsewhere',
}

function named(name: string) {
  const [localPart = '', domain] = name.split('@')
  return domain === undefined ? name : { localPart, domain }
}

for (const [password, name, code] of [
  ['correct horse', 'ann@a.example', undefined],
  ['Kranich im Nebel', 'ann@a.example', undefined],
  ['anna sieht Kraniche im Nebel', 'anna@a.example', undefined],
  ['known from elsewhere', 'ann@a.example', 'leaked'],
  ['short', 'ann@a.example', 'too-short'],
  ['äöüßäöü', 'ann@a.example', 'too-short'],
  ['x'.repeat(513), 'ann@a.example', 'too-long'],
  ['tab\there and there', 'ann@a.example', 'control-character'],
  ['abababab', 'ann@a.example', 'few-characters'],
  ['Annabella2024!', 'annabella@a.example', 'like-name'],
  ['annabella@A.example', 'annabella@a.example', 'like-name'],
  ['administrator', 'administrator', 'like-name'],
  ['12345678', 'ann@a.example', 'weak'],
] as const) {
  test(`"${password.slice(0, 20)}" for ${name}: ${code ?? 'fine'}`, async () => {
    assert.equal((await judgePassword(password, named(name), rules, sources)).fault?.code, code)
  })
}

for (const [password, name, weaknesses] of [
  ['passwort1', 'ann@a.example', ['common']],
  ['P@ssw0rt!', 'ann@a.example', ['common']],
  ['qwertzuiop', 'ann@a.example', ['keys']],
  ['zxcvbnm,./', 'ann@a.example', ['keys']],
  ['abcdefghijk', 'ann@a.example', ['sequence']],
  ['12.03.1985', 'ann@a.example', ['date']],
  ['a1b2a1b2a1b2', 'ann@a.example', ['repeat']],
  ['Katharina7', 'ann@a.example', ['name']],
  ['Fahrrad7', 'ann@a.example', ['word']],
  ['wanderfreunde7', 'ann@wanderfreunde.example', ['own-name']],
  ['annabellaqwertz', 'annabella@a.example', ['own-name', 'keys']],
  ['schmitzke-2024', 'anna.schmitzke@a.example', ['own-name']],
] as const) {
  test(`"${password}" for ${name} is easy to guess: ${weaknesses.join(', ')}`, async () => {
    const { fault } = await judgePassword(password, named(name), rules, sources)
    assert.ok(fault?.code === 'weak', JSON.stringify(fault))
    assert.deepEqual(fault.weaknesses, weaknesses)
  })
}

test('generated passwords are good for the strictest', async () => {
  for (let count = 0; count < 20; count += 1) {
    const { fault, strength } = await judgePassword(generatePassword(), 'admin', { leastLength: 20, leastScore: 4 }, sources)
    assert.deepEqual([fault, strength?.score], [undefined, 4])
  }
})

test('whose strength cannot be told is taken, and where it does not matter nobody asks', async () => {
  const nobody = { ...sources, estimateStrength: async () => undefined }
  assert.equal((await judgePassword('12345678', 'admin', rules, nobody)).fault, undefined)
  const never = { ...sources, estimateStrength: () => Promise.reject(new Error('asked')) }
  assert.equal((await judgePassword('12345678', 'admin', { ...rules, leastScore: 0 }, never)).fault, undefined)
})

test('no password takes long to judge, however it is made', () => {
  estimateStrength('the lists are loaded', [])
  for (const text of ['@4€3$$0!1|', '4', '1a', '1991.11.12', '4@8(6{[<369&#!|1/5$7+%2', 'passwort']) {
    const began = process.cpuUsage()
    estimateStrength(text.repeat(500).slice(0, 512), ['ann'])
    const { user, system } = process.cpuUsage(began)
    assert.ok(user + system < 1_000_000, `${text}: ${(user + system) / 1000} ms`)
  }
})
