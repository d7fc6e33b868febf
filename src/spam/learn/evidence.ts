import { textHash, tokenHashes, wordHashes } from '../view/letters.ts'
import { comparable } from '../view/letters.ts'
import type { MessageView } from '../view/message-view.ts'
import { readable } from '../view/header-view.ts'
import { FeatureSet } from './feature-set.ts'

/**
 * What a message shows to a learner, in parts that are learned apart: what programs on the way wrote says much of a stream that is known and
 * misleads where it is not.
 */
export const evidenceParts = ['route', 'head', 'words', 'letters'] as const

export type EvidencePart = (typeof evidenceParts)[number]

/** Fields that the author's program writes for the reader; all others tell of the way. */
const headFields: ReadonlySet<string> = new Set([
  'from',
  'reply-to',
  'subject',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-language',
  'content-id',
  'content-description',
  'content-class',
])
/** Of these the text counts as it is read, not as it is coded. */
const readFields: ReadonlySet<string> = new Set(['from', 'reply-to', 'subject'])

const limits = {
  /** Tokens of one field. */
  fieldTokens: 100,
  /** Words of the text that are paired. */
  words: 1_500,
  /** Characters of the text whose runs of four are taken. */
  letters: 3_500,
  /** Tokens of the HTML source. */
  htmlTokens: 1_000,
} as const

const set = new FeatureSet()

/** Hashes for each of `evidenceParts`, each once. */
export function evidenceOf(view: MessageView): Int32Array[] {
  return [route(view), head(view), words(view), letters(view)]
}

function route({ header }: MessageView): Int32Array {
  set.begin()
  let before = ''
  for (const { name, lower, value } of header.fields) {
    if (headFields.has(lower)) continue
    set.add(textHash(name, 11))
    set.add(textHash(`${before}>${name}`, 12))
    before = name
    pairs(tokenHashes(value, limits.fieldTokens), textHash(lower, 13), 2)
  }
  return set.take()
}

function head({ header, leaves, scanned }: MessageView): Int32Array {
  set.begin()
  for (const { name, lower, value } of header.fields) {
    if (!headFields.has(lower)) continue
    set.add(textHash(name, 21))
    const hashes = readFields.has(lower) ? wordHashes(comparable(readable(value)), limits.fieldTokens) : tokenHashes(value, limits.fieldTokens)
    pairs(hashes, textHash(lower, 23), 3)
  }
  set.add(textHash(`${scanned.top.fields.type}/${scanned.top.fields.subtype}`, 31))
  for (const { type, charset, encoding, fileName, attached, sizeBytes } of leaves) {
    set.add(textHash(`${type} ${encoding}`, 32))
    set.add(textHash(charset, 33))
    if (attached) set.add(34)
    if (fileName !== '') set.add(textHash(/\.[^.]{1,8}$/.exec(fileName)?.[0].toLowerCase() ?? '', 35))
    if (!type.startsWith('text/')) set.add(textHash('size', Math.round(Math.log2(sizeBytes + 1))))
  }
  return set.take()
}

function words({ words, urls, html, htmlSource }: MessageView): Int32Array {
  set.begin()
  pairs(words.subarray(0, limits.words), 41, 4)
  for (const { host, domain, rest } of urls) {
    set.add(textHash(host, 51))
    set.add(textHash(domain, 51))
    set.add(textHash(domain.slice(domain.lastIndexOf('.')), 52))
    for (const token of tokenHashes(rest, 20)) set.add(token ^ 53)
  }
  for (const element of html.elements.keys()) set.add(textHash(element, 61))
  if (htmlSource !== '') pairs(tokenHashes(htmlSource.slice(0, 6000), limits.htmlTokens), 62, 1)
  return set.take()
}

/** Runs of four characters of subject and text, as they are written. */
function letters({ subject, text }: MessageView): Int32Array {
  set.begin()
  const read = `${subject.slice(0, 200)}\n${text.slice(0, limits.letters)}`
  let first = 0
  let second = 0
  let third = 0
  for (let index = 0; index < read.length; index += 1) {
    const code = read.charCodeAt(index)
    if (index >= 3) set.add((Math.imul(first, 0x01_00_01_93) ^ Math.imul(second, 0x0b_4c_8f_0b) ^ Math.imul(third, 0x5b_d1_e9_95)) + code)
    first = second
    second = third
    third = code
  }
  return set.take()
}

/** Orthogonal sparse bigrams (Siefkes, Assis, Chhabra, Yerazunis 2004): each word, and each pair at most `reach` words apart with its distance. */
function pairs(hashes: Int32Array, seed: number, reach: number): void {
  for (let index = 0; index < hashes.length; index += 1) {
    const first = hashes[index] ?? 0
    set.add(first ^ seed)
    const mixed = (Math.imul(first, 0x9e_37_79_b1) + seed) | 0
    for (let distance = 1; distance <= reach && index + distance < hashes.length; distance += 1) {
      set.add((mixed + Math.imul(hashes[index + distance] ?? 0, 0x85_eb_ca_6b) + Math.imul(distance, 0x7f_4a_7c_15)) | 0)
    }
  }
}
