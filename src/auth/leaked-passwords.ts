import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { md4 } from './md4.ts'

/** The length of a line's hash tells which it is. */
type HashKind = 'sha1' | 'ntlm'

/** Hexadecimal digits of each. */
const digits: Readonly<Record<HashKind, number>> = { sha1: 40, ntlm: 32 }
const prefixDigits = 5
/** A line is a hash, a colon and a count; nothing longer is one. */
const longestLine = 80
const blockBytes = 4096
/** Blocks, or files of a folder, that are looked at to see whether the data is in order. */
const samples = 64

/** What keeps data from being compared with, exactly. */
export type LeakedDataFault =
  | { readonly kind: 'unreadable'; readonly file: string; readonly code: string }
  | { readonly kind: 'empty'; readonly file: string }
  /** Counted in octets from 0: a line that is no hash, with a count or without. */
  | { readonly kind: 'no-hash'; readonly file: string; readonly at: number }
  /** The line there comes before the one before it: the file is not in the order of hashes. */
  | { readonly kind: 'order'; readonly file: string; readonly at: number }

export class LeakedDataBroken extends Error {
  override readonly name = 'LeakedDataBroken'
  readonly fault: LeakedDataFault

  constructor(fault: LeakedDataFault, cause?: unknown) {
    super(`data of leaked passwords: ${JSON.stringify(fault)}`, { cause })
    this.fault = fault
  }
}

/** What data there is. */
export interface LeakedData {
  readonly form: 'file' | 'folder'
  readonly hashes: HashKind
  /** Reckoned from the samples. */
  readonly about: number
  /** When it was changed last; of a folder, the newest of the samples. */
  readonly changedAtMs: number
}

/**
 * Does the password stand in data of leaks, in one of the forms of Pwned Passwords: SHA-1 or NTLM hashes, as one file in the order of hashes, or as a folder
 * with a file for each five first digits ("00000.txt"), whose lines are the other digits? A count may stand behind each. Nothing is sent anywhere, nothing is
 * kept: a file that was changed or replaced is asked as it is. Some three reads of 4 kB, however large it is.
 * @throws LeakedDataBroken
 */
export async function isLeaked(place: string, password: string): Promise<boolean> {
  if (await isFolder(place)) return isInFolder(place, password)
  return withFile(place, async (file) => isInFile(file, hashOf(password, await kindOf(file))))
}

/** Looks whether the data is in order, by samples. @throws LeakedDataBroken */
export async function describeLeaked(place: string): Promise<LeakedData> {
  return (await isFolder(place)) ? describeFolder(place) : withFile(place, describeFile)
}

function hashOf(password: string, kind: HashKind): string {
  const hash = kind === 'sha1' ? createHash('sha1').update(password).digest('hex') : md4(Buffer.from(password, 'utf16le'))
  return hash.toUpperCase()
}

// One file

interface OpenFile {
  readonly name: string
  readonly handle: FileHandle
  readonly size: number
  readonly changedAtMs: number
}

/** A whole line. */
interface Line {
  readonly at: number
  /** Where the next one begins. */
  readonly end: number
  readonly hash: string
}

/** Hashes are spread evenly, so where one stands is known nearly; the bounds are halved where they are not. */
async function isInFile(file: OpenFile, hash: string): Promise<boolean> {
  let [low, high] = [0, file.size]
  let [lowest, highest] = [0, 2 ** 48]
  for (let round = 0; low < high; round += 1) {
    const share = round % 4 === 3 ? 0.5 : (weight(hash) - lowest) / Math.max(1, highest - lowest)
    const middle = low + Math.floor(Math.min(1, Math.max(0, share)) * (high - low))
    const lines = await linesAround(file, Math.max(low, middle - blockBytes / 2), low, high, hash.length)
    const [first, last] = [lines[0], lines.at(-1)]
    if (first === undefined || last === undefined) return false
    if (hash < first.hash) [high, highest] = [first.at, weight(first.hash)]
    else if (hash > last.hash) [low, lowest] = [last.end, weight(last.hash)]
    else return lines.some((line) => line.hash === hash)
  }
  return false
}

/** Twelve digits are as much as a number holds exactly. */
function weight(hash: string): number {
  return Number.parseInt(hash.slice(0, 12), 16)
}

/** The whole lines that begin in the block at `start`, or at `low`, where a line begins, and before `high`. There is at least one, if `low` is before `high`. */
async function linesAround(file: OpenFile, start: number, low: number, high: number, length: number): Promise<Line[]> {
  // So far back that a whole line fits in before the end.
  const from = Math.max(low, Math.min(start, high - 2 * longestLine))
  const text = await read(file, from, blockBytes)
  const lines: Line[] = []
  // Between two lines, unless it is where one begins.
  for (let at = from === low ? 0 : text.indexOf('\n') + 1; at < text.length && from + at < high; ) {
    const newline = text.indexOf('\n', at)
    // The last line of the block may be cut off; that of the file has no end perhaps.
    if (newline < 0 && from + text.length < file.size) break
    const end = newline < 0 ? text.length : newline + 1
    const hash = hashIn(text.slice(at, end), length)
    if (hash === undefined) throw new LeakedDataBroken({ kind: 'no-hash', file: file.name, at: from + at })
    if (hash < (lines.at(-1)?.hash ?? '')) throw new LeakedDataBroken({ kind: 'order', file: file.name, at: from + at })
    lines.push({ at: from + at, end: from + end, hash })
    at = end
  }
  if (lines.length === 0) throw new LeakedDataBroken({ kind: 'no-hash', file: file.name, at: from })
  return lines
}

function hashIn(line: string, length: number): string | undefined {
  const found = /^([0-9A-Fa-f]+)(?::\d+)?\r?\n?$/.exec(line)?.[1]
  return found?.length === length ? found.toUpperCase() : undefined
}

async function describeFile(file: OpenFile): Promise<LeakedData> {
  const hashes = await kindOf(file)
  let last: Line | undefined
  let [lines, octets] = [0, 0]
  for (let sample = 0; sample < samples; sample += 1) {
    const start = Math.floor((file.size * sample) / (samples - 1))
    const found = await linesAround(file, start, 0, file.size, digits[hashes])
    for (const line of found) {
      if (last !== undefined && line.at > last.at && line.hash < last.hash) throw new LeakedDataBroken({ kind: 'order', file: file.name, at: line.at })
      if (last === undefined || line.at > last.at) last = line
      octets += line.end - line.at
    }
    lines += found.length
  }
  return { form: 'file', hashes, about: Math.round((file.size * lines) / octets), changedAtMs: file.changedAtMs }
}

/** By the length of the first line's hash. */
async function kindOf(file: OpenFile): Promise<HashKind> {
  const text = await read(file, 0, longestLine)
  if (text === '') throw new LeakedDataBroken({ kind: 'empty', file: file.name })
  const kind = kindIn(text, digits)
  if (kind === undefined) throw new LeakedDataBroken({ kind: 'no-hash', file: file.name, at: 0 })
  return kind
}

function kindIn(text: string, lengths: Readonly<Record<HashKind, number>>): HashKind | undefined {
  const length = /^[0-9A-Fa-f]*/.exec(text)?.[0].length
  return (['sha1', 'ntlm'] as const).find((kind) => lengths[kind] === length)
}

// A folder

const suffixDigits: Readonly<Record<HashKind, number>> = { sha1: digits.sha1 - prefixDigits, ntlm: digits.ntlm - prefixDigits }

async function isInFolder(folder: string, password: string): Promise<boolean> {
  // Which hashes they are says the file of the one kind; all of a folder are alike.
  const sha1 = hashOf(password, 'sha1')
  const text = await range(folder, sha1)
  if (kindIn(text, suffixDigits) === 'sha1') return holds(text, sha1)
  const ntlm = hashOf(password, 'ntlm')
  return holds(await range(folder, ntlm), ntlm)
}

function holds(text: string, hash: string): boolean {
  const suffix = hash.slice(prefixDigits)
  return [suffix, suffix.toLowerCase()].some((wanted) => text.startsWith(wanted) || text.includes(`\n${wanted}`))
}

/** Some 40 kB. */
async function range(folder: string, hash: string): Promise<string> {
  const file = join(folder, `${hash.slice(0, prefixDigits)}.txt`)
  const text = await readFile(file, 'latin1').catch((error: unknown) => unreadable(file, error))
  if (kindIn(text, suffixDigits) === undefined) throw new LeakedDataBroken(text === '' ? { kind: 'empty', file } : { kind: 'no-hash', file, at: 0 })
  return text
}

async function describeFolder(folder: string): Promise<LeakedData> {
  const all = 16 ** prefixDigits
  const prefixes = Array.from({ length: samples }, (_, sample) => Math.floor((all * sample) / samples))
  const files = prefixes.map((prefix) => prefix.toString(16).toUpperCase().padStart(prefixDigits, '0'))
  const texts = await Promise.all(files.map((prefix) => range(folder, prefix)))
  const times = await Promise.all(files.map(async (prefix) => (await stat(join(folder, `${prefix}.txt`))).mtimeMs))
  const lines = texts.reduce((sum, text) => sum + text.trimEnd().split('\n').length, 0)
  const hashes = kindIn(texts[0] ?? '', suffixDigits) ?? 'sha1'
  return { form: 'folder', hashes, about: Math.round((lines * all) / samples), changedAtMs: Math.max(...times) }
}

// Reading

async function isFolder(place: string): Promise<boolean> {
  return (await stat(place).catch((error: unknown) => unreadable(place, error))).isDirectory()
}

async function withFile<Result>(name: string, use: (file: OpenFile) => Promise<Result>): Promise<Result> {
  const handle = await open(name).catch((error: unknown) => unreadable(name, error))
  try {
    const { size, mtimeMs } = await handle.stat()
    return await use({ name, handle, size, changedAtMs: mtimeMs })
  } finally {
    await handle.close()
  }
}

async function read({ name, handle }: OpenFile, at: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at).catch((error: unknown) => unreadable(name, error))
  return buffer.toString('latin1', 0, bytesRead)
}

function unreadable(file: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO'
  throw new LeakedDataBroken({ kind: 'unreadable', file, code }, error)
}
