import type { Threads } from '../search/thread.ts'
import type { Untagged } from '../view/tracker.ts'

/** Nodes written before the connection is asked whether it takes more. */
const nodesInOneGo = 500

/**
 * `* THREAD (2)(3 6 (4 23)(44 7 96))` (RFC 5256 4). One child follows its parent, several stand in parentheses; a dummy has no number. Threads are
 * as deep as somebody made them, so this keeps its place itself.
 */
export async function writeThreads(out: Untagged, { count, roots, firstChild, nextSibling }: Threads, numbers: Uint32Array): Promise<void> {
  out.text(roots.length === 0 ? '* THREAD' : '* THREAD ')
  let written = 0
  for (const root of roots) {
    /** Siblings that are still to be written within an open parenthesis of their own. */
    const open: number[] = []
    let text = '('
    for (let node = root; ; ) {
      if (++written % nodesInOneGo === 0) {
        out.text(text)
        text = ''
        await out.flow()
      }
      if (node < count) text += numbers[node]
      const child = firstChild[node] as number
      if (child >= 0) {
        if (node < count) text += ' '
        const several = (nextSibling[child] as number) >= 0
        if (several) {
          open.push(child)
          text += '('
        }
        node = child
        continue
      }
      text += ')'
      // The next sibling of the nearest node above that has one; each without closes its parenthesis.
      for (;;) {
        const last = open.pop()
        if (last === undefined) break
        const next = nextSibling[last] as number
        if (next >= 0) {
          open.push(next)
          text += '('
          node = next
          break
        }
        text += ')'
      }
      if (open.length === 0) break
    }
    out.text(text)
  }
  out.text('\r\n')
}
