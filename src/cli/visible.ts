/** Controls (C1 too, which terminals obey), and what turns the direction of writing; line ends and tabs may stand. */
// oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
const invisible = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** For a terminal: what senders and the DNS have brought must not move its cursor, or ask it for something. */
export function visible(text: string): string {
  return text.replaceAll(invisible, (character) => `\\u{${codeOf(character)}}`)
}

/** JSON with the same characters escaped. */
export function visibleJson(json: string): string {
  return json.replaceAll(invisible, (character) => `\\u${codeOf(character).padStart(4, '0')}`)
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16)
}
