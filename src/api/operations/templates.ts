import type { TemplateName } from '../../directory/change/find-template.ts'
import { addTemplate, removeTemplate, setTemplate } from '../../directory/change/templates.ts'
import { listTemplates, templateUsers } from '../../directory/query/templates.ts'
import type { DirectoryRefusal } from '../../directory/refusal.ts'
import { change, type OperationContext } from '../context.ts'
import { editing } from '../editing.ts'
import { directoryRefused } from '../directory-refused.ts'
import { discreet } from '../discreet.ts'
import { reachOf } from '../principal.ts'
import { readName, readProtection } from '../reading.ts'
import type { Operations } from '../operation.ts'

type Names = 'template.add' | 'template.set' | 'template.remove' | 'template.list' | 'template.show'

/** Templates of settings. */
export const templateOperations: Operations<Names> = {
  async 'template.add'(context, input) {
    const { kind = 'protection', values = {} } = input
    const args = { ...read(context, input), kind, values: readProtection(values) }
    return change(context, addTemplate, args, fieldOf)
  },

  async 'template.set'(context, input) {
    const rename = input.rename === undefined ? undefined : readName('rename', input.rename)
    const args = { ...read(context, input), rename, values: readProtection(input.values ?? {}) }
    const field = (refusal: DirectoryRefusal) => (refusal.code === 'exists' ? 'rename' : fieldOf(refusal))
    const done = await editing(context, input.preview, { preview: { change: 'template.set', args }, change: setTemplate, field })
    return { name: rename ?? args.name, ...done }
  },

  async 'template.remove'(context, input) {
    const args = read(context, input)
    const done = await editing(context, input.preview, { preview: { change: 'template.remove', args }, change: removeTemplate, field: fieldOf })
    return { name: args.name, ...done }
  },

  async 'template.list'(context) {
    return { templates: await context.directory.query(listTemplates, { reach: reachOf(context.principal) }) }
  },

  async 'template.show'(context, input) {
    const shown = await context.directory.query(templateUsers, { ...read(context, input), reach: reachOf(context.principal), after: input.after ?? '' })
    if (shown.refused !== undefined) throw directoryRefused(discreet(shown.refused, context.principal), fieldOf(shown.refused))
    const { next = null, ...found } = shown
    return { ...found, next }
  },
}

/** Who names no customer means their own, and operators the one for everybody. */
function read({ principal }: OperationContext, input: { readonly name: string; readonly customer?: string | undefined }): TemplateName {
  const own = principal.kind === 'person' ? principal.customerId : undefined
  return { name: readName('name', input.name), customer: input.customer === undefined ? own : readName('customer', input.customer) }
}

function fieldOf(refusal: DirectoryRefusal): string {
  return refusal.code === 'unknown' && refusal.thing === 'customer' ? 'customer' : 'name'
}
