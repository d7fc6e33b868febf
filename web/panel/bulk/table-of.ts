/** One line of a table, as it is shown before anything is made of it. */
interface Wanted {
  readonly address: string
  readonly hasPassword: boolean
  readonly quota: string | undefined
}

/** A line that cannot be meant so, as far as the browser can tell. */
interface Odd {
  /** From 1, the line with the names of columns not counted: as the server counts. */
  readonly line: number
  readonly address: string
  readonly why: 'address' | 'twice' | 'quota'
}

interface Faulty {
  /** Nothing can be made of the table; undefined: its first line does not name the addresses, else: there is no such column. */
  readonly unknownColumn: string | undefined
}

interface TableOf {
  readonly mailboxes: readonly Wanted[]
  readonly odd: readonly Odd[]
  readonly fault?: never
}

const columns: readonly string[] = ['address', 'password', 'quota']

/** A first look at a table of mailboxes. What becomes of it, the server decides, which reads it itself. */
export function tableOf(csv: string): TableOf | { readonly fault: Faulty } {
  const [head = [], ...lines] = rowsOf(csv.replace(/^\uFEFF/, ''))
  const names = head.map((name) => name.trim().toLowerCase())
  const unknownColumn = names.find((name) => !columns.includes(name))
  if (unknownColumn !== undefined || !names.includes('address')) return { fault: { unknownColumn } }
  const seen = new Set<string>()
  const odd: Odd[] = []
  const mailboxes = lines.map((cells, index) => {
    const [address = '', password = '', quota = ''] = columns.map((name) => cells[names.indexOf(name)]?.trim())
    const key = address.toLowerCase()
    const why = !/^[^@\s]+@[^@\s]+$/.test(address) ? 'address' : seen.has(key) ? 'twice' : isQuota(quota) ? undefined : 'quota'
    seen.add(key)
    if (why !== undefined) odd.push({ line: index + 1, address, why })
    return { address, hasPassword: password !== '', quota: quota === '' ? undefined : quota }
  })
  return { mailboxes, odd }
}

function isQuota(quota: string): boolean {
  return /^(|none|unlimited|plan|\d+[KMGT]?(i?B)?)$/i.test(quota)
}

/** Without empty lines. Spreadsheets of some countries write semicolons. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const separator = /^[^\n,]*;/.test(text) ? ';' : ','
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(new RegExp(`(?:"([^"]*(?:""[^"]*)*)"\\r?|([^${separator}\\n]*))(${separator}|\\n|$)`, 'g'))) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === separator) continue
    if (row.some((cell) => cell.trim() !== '')) rows.push(row)
    row = []
  }
  return rows
}

/** Of a file: spreadsheets write UTF-8 or, older ones, Windows' own letters. */
export async function textOf(file: File): Promise<string> {
  const octets = await file.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    return new TextDecoder('windows-1252').decode(octets)
  }
}

/** Lines of a table (RFC 4180). What a spreadsheet would compute is text. */
export function csvLines(rows: readonly (readonly (string | number)[])[]): readonly string[] {
  return rows.map((row) => row.map(cell).join(','))
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}
