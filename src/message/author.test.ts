import assert from 'node:assert/strict'
import test from 'node:test'
import { author } from './author.ts'
import { formatAddress } from '../mail/address.ts'

const cases: [header: string, expected: string][] = [
  ['From: Ann <ann@A.example>\r\n', 'ann@a.example'],
  ['FROM: ann@a.example, Bob <bob@b.example>\r\n', 'ann@a.example bob@b.example'],
  ['From: team: ann@a.example;\r\n', 'ann@a.example'],
  ['From: "ann@trusted.example" <eve@e.example>\r\n', 'eve@e.example'],
  ['From: "a b"@a.example\r\n', '"a b"@a.example'],
  ['From: ann@b\xc3\xbccher.example\r\n', 'ann@xn--bcher-kva.example'],
  ['Subject: x\r\n\r\nFrom: ann@a.example\r\n', 'none'],
  ['From:\r\n', 'none'],
  ['From: nobody:;\r\n', 'none'],
  ['From: ann@a.example\r\nfrom: bob@b.example\r\n', 'several ann@a.example bob@b.example'],
  ['From: ann@a.example\r\nFrom:\r\n', 'several ann@a.example'],
  ['From: ann\r\n', 'unreadable'],
  ['From: ann@a.example, <>\r\n', 'unreadable ann@a.example'],
  ['From: ann@-a.example\r\n', 'unreadable'],
  ['From: ann@a.example.\r\n', 'ann@a.example'],
  ['From: ann@a.example..\r\n', 'unreadable'],
  ['From: <ann@a.example> <bob@b.example>\r\n', 'ann@a.example bob@b.example'],
]

test('who a message is from (RFC 5322 3.6.2)', () => {
  for (const [header, expected] of cases) {
    const { authors, fault } = author(Buffer.from(header, 'latin1'))
    assert.equal([...(fault === undefined ? [] : [fault]), ...authors.map(formatAddress)].join(' '), expected, header)
  }
})
