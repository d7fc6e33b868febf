import { domainToASCII, domainToUnicode } from 'node:url'

/** RFC 1035 2.3.4: 255 octets on the wire leave 253 characters of text. */
const longestDomain = 253
const longestLabel = 63

/**
 * The one text of a domain, so that texts compare: lower case, U-labels as A-labels (RFC 5891). Undefined unless every
 * label is letters, digits and inner hyphens (RFC 5321 4.1.2), or a U-label that survives the way there and back.
 * A last label of digits only is refused: that is an IPv4 address, which belongs in brackets (RFC 3696 2).
 */
export function parseDomain(text: string): string | undefined {
  if (text.length > longestDomain) return undefined
  const labels = text.split('.')
  for (const [index, label] of labels.entries()) {
    const ascii = labelToAscii(label)
    if (ascii === undefined) return undefined
    labels[index] = ascii
  }
  const domain = labels.join('.')
  if (domain.length > longestDomain || allDigits(labels.at(-1) ?? '')) return undefined
  return domain
}

function labelToAscii(label: string): string | undefined {
  let ascii = true
  for (let index = 0; index < label.length; index += 1) {
    const code = label.charCodeAt(index)
    if (code > 127) ascii = false
    else if (!isLetterDigitHyphen(code)) return undefined
  }
  if (label.length === 0 || label.length > longestLabel || label.startsWith('-') || label.endsWith('-')) return undefined
  const lower = label.toLowerCase()
  if (ascii) return lower.startsWith('xn--') && !isALabel(lower) ? undefined : lower
  return uLabelToAscii(lower)
}

/** The URL standard's conversion also maps (full-width letters, ignored characters); a label it changes is not a U-label. */
function uLabelToAscii(lower: string): string | undefined {
  const converted = domainToASCII(lower)
  if (!converted.startsWith('xn--') || converted.length > longestLabel || converted.includes('.')) return undefined
  return domainToUnicode(converted) === lower.normalize('NFC') ? converted : undefined
}

function isALabel(label: string): boolean {
  const unicode = domainToUnicode(label)
  return unicode !== '' && unicode !== label && domainToASCII(unicode) === label
}

function isLetterDigitHyphen(code: number): boolean {
  const lower = code | 32
  return (lower >= 97 && lower <= 122) || (code >= 48 && code <= 57) || code === 45
}

function allDigits(label: string): boolean {
  for (let index = 0; index < label.length; index += 1) {
    const code = label.charCodeAt(index)
    if (code < 48 || code > 57) return false
  }
  return true
}
