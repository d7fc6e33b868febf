import assert from 'node:assert/strict'
import test from 'node:test'
import { readAddressList } from './address-list.ts'

/** `name|route|local|domain`, `-` for what is not there; groups as `name:` and `;`. */
function shown(text: string): string[] {
  return readAddressList(text).map((item) => {
    switch (item.kind) {
      case 'group-start':
        return `${item.name}:`
      case 'group-end':
        return ';'
      case 'address':
        return [item.name, item.route, item.localPart, item.domain].map((piece) => piece ?? '-').join('|')
    }
  })
}

const cases: [text: string, ...expected: string[]][] = [
  ['ann@a.example', '-|-|ann|a.example'],
  [' Ann Example <ann@a.example>\r\n', 'Ann Example|-|ann|a.example'],
  ['"Ann, \\"A\\"" <ann@a.example>', 'Ann, "A"|-|ann|a.example'],
  ['Ann Q. Example <ann@a.example>, bob@b.example', 'Ann Q. Example|-|ann|a.example', '-|-|bob|b.example'],
  ['ann@a.example (Ann Example)', 'Ann Example|-|ann|a.example'],
  ['Ann (not this) <ann@a.example>', 'Ann|-|ann|a.example'],
  ['<ann@a.example> Ann', 'Ann|-|ann|a.example'],
  ['<@one.example,@two.example:ann@a.example>', '-|@one.example,@two.example|ann|a.example'],
  ['"ann example"@a.example', '-|-|ann example|a.example'],
  ['<"ann@x"@a.example>', '-|-|ann@x|a.example'],
  ['""@a.example', '-|-||a.example'],
  ['ann@[192.0.2.1]', '-|-|ann|[192.0.2.1]'],
  ['<ann@[IPv6:2001:db8::1]>', '-|-|ann|[IPv6:2001:db8::1]'],
  // RFC 5322 4.4
  ['ann . example @ a . example', '-|-|ann.example|a.example'],
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', 'Pete|-|pete|silly.test'],
  [', , ann@a.example,,', '-|-|ann|a.example'],
  // Groups
  ['undisclosed-recipients:;', 'undisclosed-recipients:', ';'],
  ['A: ann@a.example, Bob <bob@b.example>; carl@c.example', 'A:', '-|-|ann|a.example', 'Bob|-|bob|b.example', ';', '-|-|carl|c.example'],
  ['"A B": ann@a.example', 'A B:', '-|-|ann|a.example', ';'],
  ['A: B: ann@a.example;', 'A:', 'B:|-|ann|a.example', ';'],
  // What nobody should write
  ['', ...[]],
  ['ann', '-|-|ann|-'],
  ['Ann Example', 'Ann Example|-||-'],
  ['"Ann"', 'Ann|-||-'],
  ['"Ann"ann@a.example', 'Ann|-|ann|a.example'],
  ['"a"."b"@a.example', '-|-|a.b|a.example'],
  ['<ann>', '-|-|ann|-'],
  ['<>', '-|-||-'],
  ['Ann <>', 'Ann|-||-'],
  ['ann@', '-|-|ann|'],
  ['@a.example', '-|-||a.example'],
  ['ann@a@b.example', '-|-|ann|a', '-|-||b.example'],
  ['<ann@a@b.example>', '-|-|ann@a|b.example'],
  ['ann@a.example bob@b.example', '-|-|ann|a.example', '-|-|bob|b.example'],
  ['<ann@a.example> Bob <bob@b.example>', '-|-|ann|a.example', 'Bob|-|bob|b.example'],
  ['ann@a.example <ann@a.example>', 'ann@a.example|-|ann|a.example'],
  ['Ann <ann@a.example', 'Ann|-|ann|a.example'],
  ['Ann <ann@a.example, bob@b.example', 'Ann|-|ann|a.example', '-|-|bob|b.example'],
  ['Ann <ann@a.example>>) , bob@b.example', 'Ann|-|ann|a.example', '-|-|bob|b.example'],
  ['"Ann <ann@a.example>', 'Ann <ann@a.example>|-||-'],
  ['Ann (<ann@a.example>', '<ann@a.example>|-|Ann|-'],
  ['ann@a.example; bob@b.example', '-|-|ann|a.example', '-|-|bob|b.example'],
  ['mailto:ann@a.example', 'mailto:', '-|-|ann|a.example', ';'],
  ['<mailto:ann@a.example>', '-|-|mailto:ann|a.example'],
  // Left as they are
  ['=?utf-8?Q?=C3=A4?= <ann@a.example>', '=?utf-8?Q?=C3=A4?=|-|ann|a.example'],
  ['\xc3\xa4 <\xc3\xa4@\xc3\xa4.example>', '\xc3\xa4|-|\xc3\xa4|\xc3\xa4.example'],
]

test('address lists', () => {
  for (const [text, ...expected] of cases) assert.deepEqual(shown(text), expected, text)
})

test('the limit counts addresses', () => {
  assert.equal(readAddressList('g: a@b, c@d, e@f;', 2).filter((item) => item.kind === 'address').length, 2)
})
