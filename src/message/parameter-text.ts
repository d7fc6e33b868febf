import { decodeCharset } from './charset.ts'
import { type Parameter, parameter } from './content-type.ts'
import { decodeWords } from './encoded-word.ts'
import { hexValue } from './octets.ts'

/**
 * A parameter's text, however it was written: RFC 2231 (`name*`), or RFC 2047 words inside the value, which no RFC permits and much
 * software writes. undefined: there is no such parameter.
 */
export function decodedParameter(parameters: readonly Parameter[], name: string): string | undefined {
  const extended = parameter(parameters, `${name}*`)
  if (extended !== undefined) return decodeExtended(extended)
  const plain = parameter(parameters, name)
  return plain === undefined ? undefined : decodeWords(plain)
}

/** `charset'language'percent-coded` (RFC 2231 4); without the two apostrophes all of it is the value. */
function decodeExtended(value: string): string {
  const first = value.indexOf("'")
  const second = first < 0 ? -1 : value.indexOf("'", first + 1)
  const coded = second < 0 ? value : value.slice(second + 1)
  return decodeCharset(decodePercent(coded), second < 0 ? '' : value.slice(0, first))
}

function decodePercent(coded: string): Buffer {
  const decoded = Buffer.allocUnsafe(coded.length)
  let length = 0
  for (let index = 0; index < coded.length; index += 1) {
    const value = coded[index] === '%' ? hexValue(coded.charCodeAt(index + 1), coded.charCodeAt(index + 2)) : -1
    decoded[length++] = value < 0 ? coded.charCodeAt(index) : value
    if (value >= 0) index += 2
  }
  return decoded.subarray(0, length)
}
