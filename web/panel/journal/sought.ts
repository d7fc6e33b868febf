import type { OperationInput } from '../../data/call.ts'

/** What people look for, as chips above the list. */
export const results = ['refused', 'waiting', 'delivered', 'spam'] as const
export type Result = (typeof results)[number]

type Input = OperationInput<'journal.search'>

/** What is looked for, as it stands in the address of the page: so that going back finds it again, and other pages lead to it. */
export type Sought = Pick<Input, 'text' | 'sender' | 'address' | 'domain' | 'since' | 'until' | 'id' | 'check' | 'direction' | 'result'>

const texts = ['text', 'sender', 'address', 'domain', 'since', 'until', 'id'] as const

export function readSought(search: Readonly<Record<string, unknown>>): Sought {
  const { result, direction, check } = search
  return {
    ...Object.fromEntries(texts.flatMap((name) => (typeof search[name] === 'string' && search[name] !== '' ? [[name, search[name]]] : []))),
    ...(results.some((one) => one === result) && { result: result as Result }),
    ...((direction === 'in' || direction === 'out') && { direction }),
    // The server knows its checks.
    ...(typeof check === 'string' && check !== '' && { check: check as NonNullable<Sought['check']> }),
  }
}

/** What is narrowed by more than a word and a chip. */
export function isNarrow({ text: _text, result: _result, ...further }: Sought): boolean {
  return Object.keys(further).length > 0
}
