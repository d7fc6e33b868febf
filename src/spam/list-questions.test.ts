import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listQuestions } from './list-questions.ts'
import type { ListSubject } from './rules/blocklist-entry.ts'
import { viewMessage } from './view/message-view.ts'

const text = [
  'From: Ann <ann@mail.author.example>',
  'Subject: x',
  '',
  'See http://www.shop.example/a and https://other.shop.example/b, http://192.0.2.77/c, http://10.1.2.3/',
  'http://www.google.com/ http://m\u00fcller.example/ http://localhost/ http://-x-.example/',
].join('\n')

function asked(asks: readonly ListSubject[], octets = text): readonly string[] {
  const client = { ip: '192.0.2.1', helo: 'mx7.sender.example', hostName: 'mx7.host.example' }
  const input = { octets: Buffer.from(octets), client, envelope: { reversePath: 'bounce@lists.sender.example', recipients: [] } }
  const questions = listQuestions(asks, { view: viewMessage(input), signers: ['sig.signer.example'], unasked: new Set(['google.com']) })
  return questions.map((question) => ('ip' in question ? question.ip : question.domain))
}

test('a list is asked about organisations and addresses, each once, and about nobody whom it cannot know', () => {
  assert.deepEqual(asked(['client']), ['192.0.2.1'])
  assert.deepEqual(asked(['helo', 'sender']), ['sender.example'])
  assert.deepEqual(asked(['host']), ['host.example'])
  assert.deepEqual(asked(['from', 'dkim']), ['author.example', 'signer.example'])
  assert.deepEqual(asked(['url']), ['shop.example', 'xn--mller-kva.example'])
  assert.deepEqual(asked(['url-ip']), ['192.0.2.77'])
})

test('a message of many links costs twenty questions, its sender first', () => {
  const many = `From: ann@author.example\n\n${Array.from({ length: 100 }, (_, n) => `http://www.shop${n}.example/`).join('\n')}\n`
  const names = asked(['from', 'url'], many)
  assert.equal(names.length, 20)
  assert.equal(names[0], 'author.example')
  assert.equal(names[19], 'shop18.example')
})

test('what cannot be read is not asked about', () => {
  const input = { octets: Buffer.from('From: nobody\n\nhttp://%zz/ http://a/ http://x..y/\n') }
  assert.deepEqual(
    listQuestions(['client', 'helo', 'host', 'sender', 'from', 'url', 'url-ip'], { view: viewMessage(input), signers: [], unasked: new Set() }),
    [],
  )
})
