import type { Output } from './output.ts'
import { quoted } from './strings.ts'

/** `* METADATA "name" (…)` (RFC 5464 4.4.1), piece by piece. `mailbox` is ready for the wire; nothing is written where there are no entries. */
export async function metadataResponse(out: Output, mailbox: string, entries: readonly (readonly [name: string, value: Uint8Array | null])[]): Promise<void> {
  if (entries.length === 0) return
  out.utf8(`* METADATA ${mailbox} (`)
  for (const [i, [name, value]] of entries.entries()) {
    out.text(`${i === 0 ? '' : ' '}${entryName(name)} `)
    writeValue(out, value)
    await out.flow()
  }
  out.text(')\r\n')
}

/** What has changed, without values (RFC 5464 4.4.2). */
export function changedMetadata(mailbox: string, names: readonly string[]): string {
  return `* METADATA ${mailbox} ${names.map(entryName).join(' ')}\r\n`
}

/** An astring. */
function entryName(name: string): string {
  return /^[a-z0-9/._:-]+$/.test(name) ? name : quoted(name)
}

/** nstring or literal8. */
function writeValue(out: Output, value: Uint8Array | null): void {
  if (value === null) {
    out.text('NIL')
    return
  }
  const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')
  if (text.length <= 200 && /^[ -~]*$/.test(text)) out.text(quoted(text))
  else {
    out.text(`${value.includes(0) ? '~' : ''}{${value.length}}\r\n`)
    out.octets(value)
  }
}
