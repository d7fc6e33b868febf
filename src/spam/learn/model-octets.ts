import { OctetWriter } from '../../base/octet-writer.ts'
import { Model, type ModelKind } from './model.ts'

/**
 * A model as it is stored: its words that are not zero, in runs of `gap count word…`. Numbers are varints (7 bits an octet, least significant
 * first), words 4 octets, least significant first. A model that was taught nothing takes some 20 octets, one of thousands of messages a few
 * megabytes: as large as what it knows.
 */
export function writeModel(model: Model): Uint8Array {
  const words = new Int32Array(model.buffer)
  const writer = new OctetWriter(4096)
  const word = Buffer.alloc(4)
  let end = 0
  for (let at = 0; at < words.length; ) {
    if (words[at] === 0) {
      at += 1
      continue
    }
    const start = at
    while (at < words.length && words[at] !== 0) at += 1
    writer.number(start - end)
    writer.number(at - start)
    for (let index = start; index < at; index += 1) {
      word.writeInt32LE(words[index] ?? 0)
      writer.add(word)
    }
    end = at
  }
  return writer.octets()
}

/** undefined: these octets are no such model, or one of a version that this Posthorn does not know; it is taught anew then. */
export function readModel(kind: ModelKind, octets: Uint8Array, shared = false): Model | undefined {
  if (octets.length === 0) return undefined
  const model = Model.create(kind, shared)
  const words = new Int32Array(model.buffer)
  const head = words.slice(0, sameWords)
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  let offset = 0
  const number = () => {
    let value = 0
    for (let factor = 1; offset < octets.length && factor <= 2 ** 28; factor *= 128) {
      const octet = octets[offset++] ?? 0
      value += (octet & 127) * factor
      if (octet < 128) return value
    }
    return Number.NaN
  }
  for (let at = 0; offset < octets.length; ) {
    at += number()
    const end = at + number()
    // Not a number compares as false.
    if (!(end <= words.length && offset + 4 * (end - at) <= octets.length)) return undefined
    for (; at < end; at += 1, offset += 4) words[at] = view.getInt32(offset, true)
  }
  return head.every((word, index) => words[index] === word) ? model : undefined
}

/** Magic, version and kind: what was stored has to agree in them. */
const sameWords = 3
