import type { MessageTexts } from '../../store/columns.ts'

/** The text of the message in this row of a page. */
export function textAt({ text, starts }: MessageTexts, row: number): string {
  return text.slice(starts[row], row + 1 < starts.length ? (starts[row + 1] as number) - 1 : undefined)
}
