import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorFinding } from '../../msgauth/authentication.ts'
import type { KnownSender } from '../../policy/judging.ts'
import { standingOf } from './standing.ts'

const ann = { localPart: 'ann', domain: 'a.example' }
const bob = { localPart: 'bob', domain: 'b.example' }
const known: KnownSender = { address: 0.1, network: 0.2, domains: [['a.example', -0.9]], writtenTo: ['ann@a.example'] }
const author = (kind: AuthorFinding['kind'], aligned: boolean, addresses = [ann]): { readonly author: AuthorFinding } => ({
  author: { kind, addresses, shown: [], domains: addresses.map(({ domain }) => ({ domain, aligned })) },
})
const ofClient = { address: 0.1, network: 0.2 }

test('what is known of an author counts where it is proven that he is the author', () => {
  assert.deepEqual(standingOf(known, author('one', true)), { ...ofClient, domain: -0.9, wroteTo: true })
  const unproven = { ...ofClient, domain: 0, wroteTo: false }
  assert.deepEqual(standingOf(known, author('one', false)), unproven)
  assert.deepEqual(standingOf(known, author('hidden', true)), unproven)
  assert.deepEqual(standingOf(known, undefined), unproven)
  assert.deepEqual(standingOf({ ...known, writtenTo: ['bob@b.example'] }, author('one', true)).wroteTo, false)
  assert.deepEqual(standingOf({ ...known, domains: [], writtenTo: [] }, author('one', true)), unproven)
})

test('of several authors the worst counts, and nobody has been written to', () => {
  const both = { ...known, domains: [...known.domains, ['b.example', 0.6] as const] }
  assert.deepEqual(standingOf(both, author('several', true, [ann, bob])), { ...ofClient, domain: 0.6, wroteTo: false })
})
