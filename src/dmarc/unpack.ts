import { gunzipSync, inflateRawSync } from 'node:zlib'
import { asBuffer } from '../message/octets.ts'
import { reportLimits } from './limits.ts'

/** The XML of a report file: plain, gzip, or the last file of a zip (RFC 9990 2.1.2). undefined: none of them, broken, or too large. */
export function unpack(file: Uint8Array): Buffer | undefined {
  const octets = asBuffer(file)
  if (octets.length > reportLimits.packedOctets) return undefined
  try {
    if (octets[0] === 0x1f && octets[1] === 0x8b) return gunzipSync(octets, { maxOutputLength: reportLimits.xmlOctets })
    if (octets.subarray(0, 4).equals(localFile)) return unzip(octets)
  } catch {
    return undefined
  }
  return octets
}

/** APPNOTE.TXT 4.3.7, 4.3.12: signatures of a file's header and of its entry in the directory at the end. */
const localFile = Buffer.from('PK\x03\x04', 'latin1')
const directoryEntry = Buffer.from('PK\x01\x02', 'latin1')

const stored = 0
const deflated = 8

/** The sizes stand in the directory at the end: those of the file's header may be 0. */
function unzip(zip: Buffer): Buffer | undefined {
  const entry = zip.lastIndexOf(directoryEntry)
  if (entry < 0 || entry + 46 > zip.length) return undefined
  const method = zip.readUInt16LE(entry + 10)
  const packedLength = zip.readUInt32LE(entry + 20)
  const header = zip.readUInt32LE(entry + 42)
  if (header + 30 > zip.length || !zip.subarray(header, header + 4).equals(localFile)) return undefined
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
  const packed = zip.subarray(start, start + packedLength)
  if (method === stored) return packed
  return method === deflated ? inflateRawSync(packed, { maxOutputLength: reportLimits.xmlOctets }) : undefined
}
