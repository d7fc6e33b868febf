import type { OperationOutput } from '../../data/call.ts'

export type Entry = OperationOutput<'journal.search'>['entries'][number]
export type Storied = OperationOutput<'journal.show'>['entries'][number]
export type Story = Storied['story']
