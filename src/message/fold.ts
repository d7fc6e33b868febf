/** More marks on one character than any writing has (UAX #15 13, Stream-Safe Text Format). */
const mostMarks = 30
/** Runs worth looking at: shorter ones are ordinary, and many. */
const markRun = new RegExp(`\\p{M}{8,${mostMarks}}`, 'gu')
/** U+034F COMBINING GRAPHEME JOINER, which no mark is sorted past. */
const joiner = '\u034f'

/**
 * How texts are compared: in one Unicode form, without case (RFC 9051 6.4.4: case-insensitive, as i;unicode-casemap means it). A
 * run of marks that no writing has is divided first: to sort it takes time by its square, hours for one of 4 MB.
 */
export function fold(text: string): string {
  if (isAsciiText(text)) return text.toLowerCase()
  const folded = divided(text).normalize('NFC').toLowerCase()
  // Full case folding (Unicode CaseFolding.txt, status F): who writes STRASSE means Straße.
  return folded.includes('ß') ? folded.replaceAll('ß', 'ss') : folded
}

/**
 * i;unicode-casemap (RFC 5051), made so that `<` of two of them is the collation's order, which is that of code points. Letters that have a
 * title case of their own (four, all digraphs) are taken in upper case.
 */
export function casemap(text: string): string {
  if (isAsciiText(text)) return text.toUpperCase()
  const upper = text.replace(/./gsu, (character) => {
    const mapped = character.toUpperCase()
    // The simple mapping of RFC 5051 makes one character of one: ß stays.
    return mapped.length === character.length ? mapped : character
  })
  const decomposed = divided(upper).normalize('NFKD')
  return /[\ud800-\uffff]/.test(decomposed) ? decomposed.replace(/[\ud800-\uffff]/g, inCodePointOrder) : decomposed
}

/** Any other character takes two octets or more in UTF-8; to count them is the fastest way to see that. */
export function isAsciiText(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

/** Halves of what lies past U+FFFF sort below U+E000; here they change places. */
function inCodePointOrder(unit: string): string {
  const code = unit.charCodeAt(0)
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800)
}

function divided(text: string): string {
  return text.replace(markRun, (run) => (run.length < mostMarks ? run : run + joiner))
}
