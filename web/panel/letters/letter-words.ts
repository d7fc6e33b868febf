import type { OperationOutput } from '../../data/call.ts'
import type { LettersText } from './text.ts'

/** How often a letter that is on its way is looked at. */
export const whileOnItsWayMs = 2000

/** All that there are. */
export function recipientsOf({ sent, waiting, unreachable }: OperationOutput<'letter.show'>['recipients']): number {
  return sent + waiting + unreachable
}

/** To whom a letter goes. */
export function groupWords({ kind, name = '' }: OperationOutput<'letter.show'>['to'], { groups }: LettersText): string {
  return kind === 'all' ? groups.all : groups[kind](name)
}
