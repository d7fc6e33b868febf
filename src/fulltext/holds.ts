/** Up to this length V8's own search takes time by the text's length; past it, by the product of both. */
export const longestForV8 = 250

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
