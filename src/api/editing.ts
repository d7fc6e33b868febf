import type { DirectoryChange } from '../directory/change/change.ts'
import type { EditEffect } from '../directory/query/edit-effect.ts'
import { type PreviewOf, previewEdit } from '../directory/query/preview.ts'
import type { DirectoryRefusal } from '../directory/refusal.ts'
import { change, type OperationContext } from './context.ts'
import { directoryRefused } from './directory-refused.ts'
import { discreet } from './discreet.ts'

interface Editing<Arguments, Result> {
  readonly preview: PreviewOf & { readonly args: Arguments }
  readonly change: DirectoryChange<Arguments, Result>
  /** Input's field that a refusal is about. */
  readonly field?: (refusal: DirectoryRefusal) => string | undefined
}

/** Says what an edit changes, and makes it unless a preview alone is wanted: then `edit` is null. */
export async function editing<Arguments, Result extends { readonly edit: number | null }>(
  context: OperationContext,
  onlyPreview: boolean | undefined,
  { preview, change: directoryChange, field }: Editing<Arguments, Result>,
): Promise<{ readonly edit: number | null; readonly effect: EditEffect }> {
  const found = await context.directory.query(previewEdit, preview)
  if (found.refused !== undefined) throw directoryRefused(discreet(found.refused, context.principal), field?.(found.refused))
  if (onlyPreview === true) return { edit: null, effect: found.effect }
  const { edit } = await change(context, directoryChange, preview.args, field)
  return { edit, effect: found.effect }
}
