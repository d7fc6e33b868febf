import type { Text } from '../../base/language.ts'

/** A line of the table. */
export interface WantedMailbox {
  readonly address: string
  readonly password?: string | undefined
  readonly quota?: string | undefined
}

const columns = ['address', 'password', 'quota'] as const
type Column = (typeof columns)[number]

/** A table of mailboxes (RFC 4180); spreadsheets of some countries write semicolons. The first line names the columns, in any order. */
export function readMailboxes(csv: string): { readonly mailboxes: readonly WantedMailbox[]; readonly fault?: never } | { readonly fault: Text } {
  const text = csv.replace(/^\uFEFF/, '')
  const separator = /^[^\n]*;/.test(text) && !/^[^\n;]*,/.test(text) ? ';' : ','
  const rows = rowsOf(text, separator)
  if (rows === undefined) return { fault: { en: 'a quotation mark is not closed', de: 'ein Anführungszeichen wird nicht geschlossen' } }
  const [head = [], ...lines] = rows
  const names = head.map((name) => name.trim().toLowerCase())
  const unknown = names.find((name) => !columns.includes(name as Column))
  if (unknown !== undefined || !names.includes('address')) return { fault: wrongHead(unknown) }
  const mailboxes: WantedMailbox[] = []
  for (const [index, cells] of lines.entries()) {
    if (cells.length > names.length) {
      return { fault: { en: `line ${index + 2} has more fields than the first line`, de: `Zeile ${index + 2} hat mehr Felder als die erste Zeile` } }
    }
    const field = (column: Column) => cells[names.indexOf(column)]
    // A password may begin with a space.
    const [password, quota] = [field('password'), field('quota')?.trim()]
    mailboxes.push({ address: field('address')?.trim() ?? '', ...(password && { password }), ...(quota && { quota }) })
  }
  return { mailboxes }
}

function wrongHead(unknown: string | undefined): Text {
  const right = 'address,password,quota'
  if (unknown === undefined) return { en: `the first line names the columns: ${right}`, de: `die erste Zeile nennt die Spalten: ${right}` }
  return {
    en: `there is no column "${unknown.slice(0, 40)}"; the first line names the columns: ${right}`,
    de: `eine Spalte „${unknown.slice(0, 40)}“ gibt es nicht; die erste Zeile nennt die Spalten: ${right}`,
  }
}

/** Without empty lines. undefined: a quotation mark is not closed. */
function rowsOf(text: string, separator: string): readonly (readonly string[])[] | undefined {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell: string
    if (text[at] === '"') {
      const end = closing(text, at + 1)
      if (end === undefined) return undefined
      cell = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    } else {
      const start = at
      while (at < text.length && text[at] !== separator && text[at] !== '\n') at += 1
      cell = text.slice(start, at).replace(/\r$/, '')
    }
    row.push(cell)
    if (text[at] === '\r') at += 1
    const ended = at >= text.length || text[at] === '\n'
    // After the last separator of a text there is one more cell.
    if (!ended && at + 1 >= text.length) row.push('')
    if (ended || at + 1 >= text.length) {
      if (row.some((one) => one.trim() !== '')) rows.push(row)
      row = []
    }
    at += 1
  }
  return rows
}

/** Where the quoted text ends; a doubled mark stands for one. */
function closing(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at
  return undefined
}
