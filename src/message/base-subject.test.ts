import assert from 'node:assert/strict'
import test from 'node:test'
import { baseSubject } from './base-subject.ts'

for (const [subject, text, isReply] of [
  ['', '', false],
  ['   ', '', false],
  ['hello', 'hello', false],
  ['  hello \t  world  ', 'hello world', false],
  ['Re: hello', 'hello', true],
  ['RE:hello', 'hello', true],
  ['re : Fw: FWD: hello', 'hello', true],
  ['Re[2]: hello', 'hello', true],
  ['Re [list] : hello', 'hello', true],
  ['[list] Re: [list] hello', 'hello', true],
  ['[list] hello', 'hello', false],
  ['[a] [b] hello', 'hello', false],
  ['[a] [b]', '[b]', false],
  ['[a]', '[a]', false],
  ['Re: [a]', '[a]', true],
  ['hello (fwd)', 'hello', true],
  ['hello (FWD) (fwd) ', 'hello', true],
  ['(fwd)', '', true],
  ['[fwd: hello]', 'hello', true],
  ['[Fwd: Re: [x] hello (fwd)]', 'hello', true],
  ['[fwd: [fwd: hello]]', 'hello', true],
  ['[fwd: hello', '[fwd: hello', false],
  ['Re: [fwd: [list] hello]', 'hello', true],
  ['Reply: hello', 'Reply: hello', false],
  ['regarding', 'regarding', false],
  ['re', 're', false],
  ['Re:', '', true],
  ['Aw: hello', 'Aw: hello', false],
  ['[unclosed Re: hello', '[unclosed Re: hello', false],
  ['[a[b] hello', '[a[b] hello', false],
  ['Re: Re[1]: [x][y] Re: z', 'z', true],
] as const) {
  test(`base subject of ${JSON.stringify(subject)} (RFC 5256 2.1)`, () => {
    assert.deepEqual(baseSubject(subject), { text, isReply })
  })
}

test('a hostile subject takes time by its length', { timeout: 5_000 }, () => {
  for (const piece of ['[a]', 're[', '[fwd:', 're:', '(fwd)', '[', ' ', 're[x]', '[a] re ']) baseSubject(piece.repeat(200_000))
  const nested = `${'[fwd:'.repeat(200_000)}x${']'.repeat(200_000)}`
  assert.equal(baseSubject(nested).text, 'x')
})
