import type { Command } from 'commander'
import type { OperationOutput } from '../../api/contract.ts'
import type { EffectShown } from '../../api/contract/effect.ts'
import type { Given } from '../command.ts'
import type { Invocation } from '../invocation.ts'
import type { Texts } from '../texts/en.ts'

/** Commands that change something for many addresses at once. */
export function previewOption(command: Command, t: Texts): Command {
  return command.option('--preview', t.edit.preview)
}

/** The input's field. */
export function previewOf(given: Given): { readonly preview?: true } {
  return given.flag('preview') ? { preview: true } : {}
}

/** Says what was done, or would be, for how many addresses, and how it is taken back. */
export function printEdited(invocation: Invocation, done: Pick<OperationOutput<'plan.set'>, 'edit' | 'effect'>, words: string, given: Given): void {
  const { t } = invocation
  const isPreview = given.flag('preview')
  const lines = done.effect.settings.length === 0 ? [] : effectWords(done.effect, isPreview, t)
  const exceeding = done.effect.exceeding.map(({ of, customers, number, first }) =>
    t.edit.exceeding(t.edit.exceeded[of], number, customers, `${first.join(', ')}${first.length < customers ? ', …' : ''}`),
  )
  invocation.print(done, [...(isPreview ? [t.edit.previewed] : [words]), ...lines, ...exceeding].join('\n'))
  if (!isPreview) noteEdit(invocation, done.edit)
}

/** The same for addresses that were selected, with those that could not have it. */
export function printMany(invocation: Invocation, done: OperationOutput<'address.set-many'>, given: Given): void {
  const { t } = invocation
  const isPreview = given.flag('preview')
  const skipped = done.skipped.map(({ address, why }) => `${address}: ${t.address.skipped[why]}`)
  const missing = done.missing.map((address) => `${address}: ${t.address.missing}`)
  const head = isPreview ? [t.edit.previewed, t.address.manySelected(done.selected)] : [t.address.manyChanged(done.changed, done.selected)]
  invocation.print(done, [...head, ...effectWords(done.effect, isPreview, t), ...skipped, ...missing].join('\n'))
  if (!isPreview) noteEdit(invocation, done.edit)
}

/** Says how an edit is taken back. */
export function noteEdit(invocation: Invocation, edit: number | null): void {
  const { t } = invocation
  invocation.note(edit === null ? t.edit.nothing : t.edit.hint(edit))
}

/** Counts by value, who keeps what it has, and the first by name. */
function effectWords({ addresses, settings }: EffectShown, isPreview: boolean, t: Texts): string[] {
  const lines = settings.flatMap((setting) => [
    ...setting.changes.map(({ from, to, addresses: number }) => t.edit.changing(setting.key, from, to, number)),
    ...setting.keeping.map(({ by, addresses: number }) => t.edit.keeping(setting.key, t.address.source[by], number)),
  ])
  const first = [...new Set(settings.flatMap((setting) => setting.first.map(({ address }) => address)))].sort()
  const names = first.length === 0 ? [] : [`  ${first.join(', ')}${first.length < addresses ? ', …' : ''}`]
  return [isPreview ? t.edit.wouldReach(addresses) : t.edit.reaches(addresses), ...lines.map((line) => `  ${line}`), ...names]
}
