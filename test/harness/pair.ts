import { silent } from '../../src/base/log.ts'
import { type Calls, Link, type Message, type Send } from '../../src/app/processes/link.ts'

/**
 * Two ends of a link in one process. Messages are cloned as on their way to another process, and come later, in order. `delayMs`: asked for
 * each.
 */
export function linkedPair<Left extends Calls, Right extends Calls>(
  left: Left,
  right: Right,
  delayMs: () => number = () => 0,
): { readonly toRight: Link<Right>; readonly toLeft: Link<Left> } {
  const way = (receive: (messages: readonly Message[]) => void): Send => {
    let last = Promise.resolve()
    return (messages) => {
      const cloned = structuredClone(messages)
      last = last.then(() => new Promise<void>((resolve) => setTimeout(resolve, delayMs()))).then(() => receive(cloned))
    }
  }
  const toRight: Link<Right> = new Link(
    way((messages) => toLeft.receive(messages)),
    left,
    silent,
  )
  const toLeft: Link<Left> = new Link(
    way((messages) => toRight.receive(messages)),
    right,
    silent,
  )
  return { toRight, toLeft }
}
