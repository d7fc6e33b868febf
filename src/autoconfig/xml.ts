const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Text as content of an element, or in the quotes of an attribute (XML 1.0, 2.4). Control characters, which XML cannot carry, are left out. */
export function xmlText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replaceAll(/[&<>"']/g, (char) => entities[char] ?? '')
}

/** The reverse, of the five entities that every reader knows and of character references. */
export function readXmlText(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.keys(entities).find((char) => entities[char] === `&${name.toLowerCase()};`) ?? whole
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : ''
  })
}
