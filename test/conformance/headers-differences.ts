const comments = 'RFC 5322 3.2.2: a comment is not part of a name; it stands in for one only where there is none'
const concatenated = 'RFC 2047 6.2: only white space between two encoded words is dropped or added, and text beside one is left as it is'
const continuations = 'RFC 2231: sections are numbered from 0 without a gap, with one charset, and a name has no other asterisks'
const notInSubtype = 'RFC 2045 5.1: a slash ends a subtype'
const asWritten = 'the word after `with` as it stands; the suite gives the protocol that its author knows by another name, or none'
const wholeId = 'the id as it stands; the suite cuts it at the slash'
const calendar = 'RFC 5322 4.3, and asctime as old software writes it; the suite expects a year below 100, or one made of the hour'
const zoneName = 'RFC 5322 4.3: PST and PDT are eight and seven hours behind UTC; the suite reads them as UTC'
const mapped = 'RFC 4291 2.5.5.2: an IPv4-mapped address is the IPv4 address'
const originInComment = 'RFC 5321 4.4: what stands in a comment is no from clause'

function each(indexes: readonly number[], why: string): Record<number, string> {
  return Object.fromEntries(indexes.map((index) => [index, why]))
}

/** Cases of the header suite, by file and index, in which we read something else, and why. */
export const differences: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  address: {
    ...each([8, 9, 10, 11, 22, 56], comments),
    13: 'RFC 5322 4.4: white space in an obsolete domain is not part of it',
    14: `RFC 5322 4.4: white space in an obsolete domain is not part of it; ${comments}`,
  },
  content_type: {
    ...each([31, 59, 61], continuations),
    34: 'RFC 2047 6.2: white space between encoded words is dropped, also inside quotes where they should not stand',
    ...each([76, 77, 78], notInSubtype),
    102: 'the same, in a form of the suite that other cases do not have',
  },
  date: {
    12: 'no date',
    28: 'a whole Received field; its date is read by received.ts',
  },
  received: {
    ...each(
      [0, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 31, 32, 33, 71, 94, 95, 98, 113, 121, 133, 136, 147, 148, 149, 156, 157, 167, 170, 175, 176, 177],
      asWritten,
    ),
    ...each([28, 30], wholeId),
    29: `${wholeId}; ${asWritten}`,
    ...each([13, 89, 90, 117, 118], calendar),
    67: zoneName,
    ...each([78, 80], mapped),
    123: `of two by clauses the first; ${asWritten}`,
    125: 'the word after `from` as it stands; the suite cuts it at the slash',
    128: `what follows the date is no clause; ${calendar}`,
    144: 'seconds may have a fraction; the suite loses them',
    151: `the word after \`from\` as it stands, without brackets; ${calendar}`,
    153: 'the word after `for` as it stands, also where it is no address',
    ...each([161, 162, 165, 171], originInComment),
    163: `${originInComment}; ${zoneName}`,
  },
  unstructured: each([21, 22, 27, 28], concatenated),
}
