import { undoEdit } from '../../directory/change/undo.ts'
import { type EditListing, listEdits, showEdit } from '../../directory/query/edits.ts'
import { previewUndo } from '../../directory/query/preview-undo.ts'
import { change } from '../context.ts'
import type { EditShown } from '../contract/edits.ts'
import { directoryRefused } from '../directory-refused.ts'
import { reachOf } from '../principal.ts'
import type { Operations } from '../operation.ts'

/** Shown where nobody says how many. */
const shownEdits = 50
const shownValues = 1000

/** What was set, and how it is taken back. */
export const editOperations: Operations<'edit.list' | 'edit.show' | 'edit.undo'> = {
  async 'edit.list'(context, input) {
    const edits = await context.directory.query(listEdits, { reach: reachOf(context.principal), before: input.before, limit: input.limit ?? shownEdits })
    return { edits: edits.map(shown) }
  },

  async 'edit.show'(context, input) {
    const found = await context.directory.query(showEdit, { edit: input.edit, reach: reachOf(context.principal), limit: input.limit ?? shownValues })
    if (found.refused !== undefined) throw directoryRefused(found.refused, 'edit')
    return { edit: shown(found.edit), values: found.values }
  },

  async 'edit.undo'(context, input) {
    const args = { edit: input.edit, reach: reachOf(context.principal) }
    const found = await context.directory.query(previewUndo, args)
    if (found.refused !== undefined) throw directoryRefused(found.refused, 'edit')
    const { effect, values } = found
    if (input.preview === true) return { undone: input.edit, edit: null, values, effect }
    return { ...(await change(context, undoEdit, args, () => 'edit')), effect }
  },
}

function shown({ atMs, ...edit }: EditListing): EditShown {
  return { ...edit, at: new Date(atMs).toISOString() }
}
