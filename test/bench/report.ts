import { appendFileSync } from 'node:fs'

/** What a row must reach: of the value itself, or of its ratio to the peer's in the same pair of runs. */
export interface Goal {
  readonly of: 'value' | 'ratio'
  readonly at: 'least' | 'most'
  readonly limit: number
}

export interface Row {
  readonly what: string
  readonly unit: string
  /** One value for each repetition. */
  readonly ours: readonly number[]
  /** The same repetitions, each run right after ours. */
  readonly theirs?: readonly number[]
  readonly goal?: Goal
  readonly note?: string
}

export interface Judged {
  readonly ratios: readonly number[]
  readonly met: boolean | undefined
}

export const atLeast = (limit: number): Goal => ({ of: 'ratio', at: 'least', limit })
export const atMost = (limit: number): Goal => ({ of: 'ratio', at: 'most', limit })
export const valueAtMost = (limit: number): Goal => ({ of: 'value', at: 'most', limit })

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Each repetition is compared with its own partner: what else the machine did then, it did to both. */
export function judge({ ours, theirs, goal }: Row): Judged {
  const ratios = theirs === undefined ? [] : ours.map((value, at) => value / (theirs[at] ?? Number.NaN))
  if (goal === undefined) return { ratios, met: undefined }
  const reached = median(goal.of === 'ratio' ? ratios : ours)
  if (Number.isNaN(reached)) return { ratios, met: undefined }
  return { ratios, met: goal.at === 'least' ? reached >= goal.limit : reached <= goal.limit }
}

interface Section {
  readonly title: string
  readonly rows: Row[]
  readonly remarks: string[]
}

/** Rows as they come in, for a table at the end; and everything that was measured, as lines of JSON. */
export class Report {
  readonly #jsonFile: string | undefined
  readonly #sections: Section[] = []
  #told = 0

  constructor(jsonFile: string | undefined) {
    this.#jsonFile = jsonFile
  }

  section(title: string): void {
    this.#sections.push({ title, rows: [], remarks: [] })
  }

  row(row: Row): void {
    this.#sections.at(-1)?.rows.push(row)
    this.json('row', { ...row, ...judge(row) })
  }

  /** A sentence below the section's table: what was left out and why, what a reader must know. */
  remark(text: string): void {
    this.#sections.at(-1)?.remarks.push(text)
    this.json('remark', { text })
  }

  json(kind: string, values: object): void {
    if (this.#jsonFile === undefined) return
    const section = this.#sections.at(-1)?.title
    appendFileSync(this.#jsonFile, `${JSON.stringify({ kind, at: new Date().toISOString(), section, ...values })}\n`)
  }

  /** The sections since it was asked last, as Markdown. */
  newSections(): string {
    const sections = this.#sections.slice(this.#told)
    this.#told = this.#sections.length
    return sections.map(markdown).join('\n')
  }
}

function markdown(section: Section): string {
  const lines = [`## ${section.title}`, '']
  if (section.rows.length > 0) lines.push(`| | Posthorn | peer | ratio | target | met |`, '|---|---|---|---|---|---|', ...section.rows.map(tableRow), '')
  for (const remark of section.remarks) lines.push(remark, '')
  return lines.join('\n')
}

function tableRow(row: Row): string {
  const { ratios, met } = judge(row)
  const what = row.note === undefined ? row.what : `${row.what} (${row.note})`
  const cells = [
    `${what}, ${row.unit}`,
    spread(row.ours),
    row.theirs === undefined ? '–' : spread(row.theirs),
    ratios.length === 0 ? '–' : spread(ratios),
    row.goal === undefined ? '–' : goalText(row.goal),
    met === undefined ? '–' : met ? 'yes' : 'NO',
  ]
  return `| ${cells.join(' | ')} |`
}

/** Median, and where the others were. */
function spread(values: readonly number[]): string {
  const middle = short(median(values))
  return values.length === 1 ? middle : `${middle} (${short(Math.min(...values))}–${short(Math.max(...values))})`
}

/** Three digits that count. */
function short(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  return size >= 100 ? Math.round(value).toLocaleString('en') : size >= 10 ? value.toFixed(1) : size >= 1 ? value.toFixed(2) : value.toPrecision(2)
}

function goalText({ of, at, limit }: Goal): string {
  return `${at === 'least' ? '≥' : '≤'} ${limit.toLocaleString('en')}${of === 'ratio' ? ' ×' : ''}`
}
