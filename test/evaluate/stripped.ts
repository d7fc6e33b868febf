import { fieldEnd, headerSectionEnd } from '../../src/message/header-section.ts'

const kept = /^(?:from|reply-to|subject|mime-version|content-(?!length)[a-z-]+)[ \t]*:/i

/** A message without the fields that tell where it was collected; how its author's program made it stays. */
export function stripped(octets: Buffer): Buffer {
  const end = headerSectionEnd(octets)
  const fields: Buffer[] = []
  for (let at = 0; at < end; ) {
    const next = Math.min(end, fieldEnd(octets, at))
    const field = octets.subarray(at, next)
    if (kept.test(field.toString('latin1', 0, 80))) fields.push(field)
    at = next
  }
  return Buffer.concat([...fields, Buffer.from('\n'), octets.subarray(end)])
}
