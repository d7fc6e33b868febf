import assert from 'node:assert/strict'
import path from 'node:path'
import { ContentFilter } from '../../src/spam/filter.ts'
import { Model } from '../../src/spam/learn/model.ts'
import { readRuleFolder } from '../../src/spam/rules/rule-folder.ts'
import { RuleSet } from '../../src/spam/rules/rule-set.ts'

export const name = 'spam-message'

export const seeds: Uint8Array[] = [
  'From: Ann <ann@a.example>\nSubject: =?utf-8?B?w6Q=?= you have won!!\nReceived: from x (y [7.1.2.3]) by z; Mon, 4 Mar 2024 10:00:00 +0000\n\nDear customer\n',
  'Content-Type: text/html\n\n<html><body bgcolor=white><a href="http://a@192.0.2.1:81/%61?x=http://b/">www.bank.example</a><font color="#fff" size=0>x</font>&#98;<!-- --></body>',
  'Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/zip; name="a.pdf.exe"\nContent-Transfer-Encoding: base64\n\nUEsDBBQAAQAAAAAAIQAAAAAAAAAAAAAAAAAFAAAAYS5leGU=\n--x--\n',
  'Content-Type: text/plain; charset=utf-8\n\nР\u0430y\u200bp\u0430l v.i.a.g.r.a \ud835\udc15 $ 1,000,000\n> quoted\n-- \nAnn\n',
].map((text) => Buffer.from(text))

const filter = new ContentFilter({ rules: new RuleSet(readRuleFolder(path.join(import.meta.dirname, '../../rules'), true)) })
const model = Model.create('mailbox')

/** Any octets have a score, which is the sum of its tests, and what they teach can be taken back. */
export function target(input: Uint8Array): void {
  const examined = filter.examine({ octets: input })
  const { score, tests } = filter.judge(examined, { mailbox: model })
  assert.ok(Math.abs(tests.reduce((sum, hit) => sum + hit.score, 0) - score) < 0.01, 'the sum of the tests is not the score')
  filter.learn(examined, 'spam', model)
  assert.ok(filter.forget(examined, model), 'a lesson was not remembered')
  assert.ok(Math.abs(filter.judge(examined, { mailbox: model }).score - score) < 0.01, 'something was left of what was forgotten')
}
