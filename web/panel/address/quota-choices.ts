import { useWrite } from '../../text/write.ts'
import type { Choice } from '../../ui/select.tsx'
import { useAddressText } from './text.ts'

/** What a mailbox may have in place of a limit of its own. `plan`: what its plan gives, null: without a limit; undefined: not known here. */
export function useQuotaChoices(plan: number | null | undefined): readonly Choice<string>[] {
  const { overview: text } = useAddressText()
  const { size } = useWrite()
  return [
    { value: 'plan', label: text.asThePlan(plan === undefined ? undefined : plan === null ? text.withoutLimit : size(plan)) },
    { value: 'none', label: text.withoutLimit },
  ]
}
