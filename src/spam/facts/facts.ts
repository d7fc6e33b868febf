import { viewMessage, type MessageView } from '../view/message-view.ts'
import { attachmentFacts } from './attachment-facts.ts'
import { headerFacts } from './header-facts.ts'
import { linkFacts } from './link-facts.ts'
import { standingFacts } from './standing-facts.ts'
import { textFacts } from './text-facts.ts'

/** Numbers that rules compute with, by their names. */
export type Facts = Readonly<Record<string, number>>

export function factsOf(view: MessageView): Facts {
  return { ...headerFacts(view), ...textFacts(view), ...linkFacts(view), ...attachmentFacts(view), ...standingFacts(view) }
}

/** Every message has all of them. */
export const factNames: ReadonlySet<string> = new Set(Object.keys(factsOf(viewMessage({ octets: new Uint8Array() }))))
