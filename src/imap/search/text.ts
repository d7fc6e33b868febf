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
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase()
  const divided = text.replace(markRun, (run) => (run.length < mostMarks ? run : run + joiner))
  return divided.normalize('NFC').toLowerCase()
}

/** Up to this length V8's own search takes time by the text's length; past it, by the product of both. */
const longestForV8 = 250

/** Does the text hold this one? In time by their lengths, whatever they are. */
export function holds(text: string, wanted: string): boolean {
  return wanted.length <= longestForV8 ? text.includes(wanted) : holdsLong(text, wanted)
}

/** Knuth, Morris and Pratt: no character of the text is looked at again. */
function holdsLong(text: string, wanted: string): boolean {
  const borders = bordersOf(wanted)
  let matched = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    while (matched > 0 && wanted.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0
    if (wanted.charCodeAt(matched) === code) matched++
    if (matched === wanted.length) return true
  }
  return false
}

/** For each beginning of the text: how long its longest beginning is that is its end as well. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length)
  let length = 0
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    while (length > 0 && text.charCodeAt(length) !== code) length = borders[length - 1] ?? 0
    if (text.charCodeAt(length) === code) length++
    borders[at] = length
  }
  return borders
}
