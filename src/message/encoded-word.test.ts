import assert from 'node:assert/strict'
import test from 'node:test'
import { readText } from './encoded-word.ts'

const cases: [text: string, decoded: string][] = [
  ['plain', 'plain'],
  [' folded\r\n\there \n too\r\n', 'folded here too'],
  ['=?iso-8859-1?Q?a_=E4?=', 'a ä'],
  ['=?UTF-8?b?w6Q=?=', 'ä'],
  ['=?utf-8*de?Q?=C3=A4?=', 'ä'],
  // RFC 2047 8
  ['(=?ISO-8859-1?Q?a?=)', '(a)'],
  ['=?ISO-8859-1?Q?a?= b', 'a b'],
  ['=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=', 'ab'],
  ['=?ISO-8859-1?Q?a?=\r\n  =?ISO-8859-1?Q?b?=', 'ab'],
  ['=?ISO-8859-1?Q?a_b?=', 'a b'],
  ['=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=', 'a b'],
  // A character cut in two
  ['=?utf-8?B?w6TD?= =?utf-8?B?pA==?=', 'ää'],
  ['=?utf-8?Q?=C3?==?utf-8?Q?=A4?=', 'ä'],
  ['=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?= =?ISO-2022-JP?B?GyRCJE43bxsoQg==?=', '会議の件'],
  // What nobody should write
  ['a=?utf-8?Q?=C3=A4?=b', 'aäb'],
  ['=?utf-8?Q?two words?=', 'two words'],
  ['=?utf-8?Q?folded\r\n _inside?=', 'folded inside'],
  ['=?utf-8?Q?=4?= =?utf-8?Q?=zz?=', '=4=zz'],
  ['=?nonsense?Q?=E4?=', 'ä'],
  ['=?nonsense?Q?=C3=A4?=', 'ä'],
  ['=?us-ascii?Q?=C3=A4?=', 'ä'],
  ['=?utf-8?Q?=FF?=', '\ufffd'],
  ['=?utf-8?X?a?=', '=?utf-8?X?a?='],
  ['=?utf-8?Q?a', '=?utf-8?Q?a'],
  ['=? =?? =??= =?a?= =?', '=? =?? =??= =?a?= =?'],
  ['=?=?utf-8?Q?a?=', '=?a'],
  ['=?utf-8?Q??=', ''],
  ['a =?iso-8859-1? to =?utf-8?Q?b?=', 'a =?iso-8859-1? to b'],
  // Raw octets
  ['\xc3\xa4', 'ä'],
  ['\xe4', 'ä'],
  ['\xe4 =?utf-8?Q?=C3=A4?=', 'ä ä'],
]

test('text of unstructured fields', () => {
  for (const [text, decoded] of cases) assert.equal(readText(text), decoded, text)
})
