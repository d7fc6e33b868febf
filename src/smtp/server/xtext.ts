/** `+` and two hexadecimal digits in upper case, or a printable character that is neither `+` nor `=` (RFC 3461 4). */
const form = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/

/** What xtext stands for, where that is printable ASCII: it comes back in fields of notifications. Undefined: it is not. */
export function readXtext(text: string): string | undefined {
  if (!form.test(text)) return undefined
  const decoded = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return /^[\x20-\x7e]*$/.test(decoded) ? decoded : undefined
}
