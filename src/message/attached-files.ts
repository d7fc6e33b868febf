import { bodyDecoder } from './body-decoder.ts'
import type { Part } from './part.ts'
import { scan } from './scan.ts'

/** The first few files that a message brings, decoded: parts of these types ("application/gzip"), or the message as a whole. */
export function* attachedFiles(message: Uint8Array, { types, most }: { readonly types: RegExp; readonly most: number }): Generator<Buffer> {
  let looked = 0
  for (const part of leaves(scan(message).top)) {
    if (looked === most) return
    if (!types.test(`${part.fields.type}/${part.fields.subtype}`)) continue
    looked += 1
    const decoder = bodyDecoder(part.fields.encoding)
    if (decoder !== undefined) yield Buffer.concat([decoder.push(message.subarray(part.bodyStart, part.bodyEnd)), decoder.finish()])
  }
}

function* leaves(part: Part): Generator<Part> {
  if (part.children.length === 0) yield part
  for (const below of part.children) yield* leaves(below)
}
