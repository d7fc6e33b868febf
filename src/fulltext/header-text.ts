import { readContentType, readDisposition } from '../message/content-type.ts'
import { decodeWords } from '../message/encoded-word.ts'
import { fields } from '../message/header-section.ts'
import { asBuffer } from '../message/octets.ts'
import { decodedParameter } from '../message/parameter-text.ts'
import { fold, isAsciiText } from '../message/fold.ts'

/** A header section as one folded text, one line a field, encoded words decoded; and file names that are coded in another way (RFC 2231). */
export function headerText(octets: Uint8Array): string {
  const text = asBuffer(octets).toString('latin1')
  const lines = text.replace(/\r?\n(?=[ \t])/g, '').replaceAll('\r\n', '\n')
  const read = isAsciiText(text) && !text.includes('=?') ? lines : lines.split('\n').map(decodeWords).join('\n')
  return fold(text.includes('name*') ? [read, ...codedNames(octets)].join('\n') : read)
}

function codedNames(octets: Uint8Array): string[] {
  const names = [
    ...fields(octets, 'content-disposition').map((value) => decodedParameter(readDisposition(value).parameters, 'filename')),
    ...fields(octets, 'content-type').map((value) => decodedParameter(readContentType(value).parameters, 'name')),
  ]
  return names.filter((name) => name !== undefined)
}
