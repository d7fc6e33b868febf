/** RFC 2047 2: an encoded word has at most 75 characters; what stands around its text takes twelve. */
const mostEncoded = 63

/**
 * Text for an unstructured field, or for a display name where it is quoted nowhere (RFC 2047 5): as it is where it is plain ASCII, else encoded words, folded. Line ends
 * and other control characters become spaces, so nobody writes a field of their own.
 */
export function writeWords(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').trim()
  // What looks like an encoded word is encoded, too: it would be read as one.
  if (/^[ -~]*$/.test(line) && !line.includes('=?')) return line
  const words: string[] = []
  let some = ''
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    // A character is not torn (RFC 2047 5), with what belongs to it, as far as it fits.
    if (some !== '' && encoded(some + segment).length > mostEncoded) {
      words.push(some)
      some = ''
    }
    some += segment
  }
  return [...words, some].map((word) => `=?utf-8?B?${encoded(word)}?=`).join('\r\n ')
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64')
}
