import type * as z from 'zod'
import german from 'zod/v4/locales/de.js'
import type { Text } from '../base/language.ts'
import { contract, type OperationName } from './contract.ts'

/** What is wrong with the shape of an input. */
export interface InputFault {
  readonly path: readonly (string | number)[]
  readonly text: Text
}

const inGerman = german().localeError

/** Never empty for an input that the operation's schema refuses. A name that is not known comes first: it says more than that another one is missing. */
export function inputFaults(name: OperationName, input: unknown): readonly InputFault[] {
  const { input: schema } = contract[name]
  const en = issuesOf(schema.safeParse(input).error)
  const de = issuesOf(schema.safeParse(input, { error: inGerman }).error)
  return en.map((issue, index) => ({
    path: issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
    text: { en: issue.message, de: de[index]?.message ?? issue.message },
  }))
}

function issuesOf(error: z.ZodError | undefined): readonly z.core.$ZodIssue[] {
  const isUnknown = (issue: z.core.$ZodIssue) => (issue.code === 'unrecognized_keys' ? 0 : 1)
  return (error?.issues ?? []).toSorted((a, b) => isUnknown(a) - isUnknown(b))
}
