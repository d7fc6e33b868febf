import type { Part, PartFields, PartKind } from './part.ts'
import { readPartFields } from './part-fields.ts'

/** A part while its end is not known. */
export interface OpenPart extends Part {
  kind: PartKind
  bodyStart: number
  bodyEnd: number
  lines: number
  fields: PartFields
  readonly children: OpenPart[]
  envelope: Uint8Array | undefined
  readonly parent: OpenPart | undefined
  readonly depth: number
  /** A message begins here: the top part, or the child of a message part. */
  readonly isMessage: boolean
  /** Of a multipart whose closing delimiter has not come. */
  boundary: Buffer | undefined
  countsLines: boolean
}

/** A part whose header is about to be read. */
export function openPart(parent: OpenPart | undefined, headerStart: number, isMessage: boolean): OpenPart {
  const depth = parent === undefined ? 0 : parent.depth + 1
  return {
    kind: 'leaf',
    headerStart,
    bodyStart: headerStart,
    bodyEnd: headerStart,
    lines: 0,
    fields: unread,
    children: [],
    envelope: undefined,
    parent,
    depth,
    isMessage,
    boundary: undefined,
    countsLines: false,
  }
}

const unread = readPartFields({}, false)
