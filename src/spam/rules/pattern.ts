import { RE2JS } from 're2js'
import { type Place, RuleError } from '../../base/rule-blocks.ts'

/** Does a text match? */
export type Matcher = (text: string) => boolean

/** Characters of a pattern: what it is compiled to is some 20 times that. */
const longestPattern = 1_000

/**
 * A pattern in RE2's grammar, which has nothing that takes more than linear time. `trusted`: one that is shipped, run by V8's engine, which is
 * ten times as fast and may not end; `pattern.test.ts` sees to it that they do.
 */
export function compilePattern(pattern: string, ignoreCase: boolean, trusted: boolean, place: Place): Matcher {
  if (pattern.length > longestPattern) throw new RuleError(place, `a pattern has at most ${longestPattern} characters`)
  const piece = requiredPiece(pattern)
  const match = trusted ? native(pattern, ignoreCase, place) : linear(pattern, ignoreCase, place)
  if (piece === undefined) return match
  // What every match holds is looked for first: that is some hundred times as fast. What was compiled without case is compared so.
  return ignoreCase ? (text) => text.toLowerCase().includes(piece.toLowerCase()) && match(text) : (text) => text.includes(piece) && match(text)
}

function native(pattern: string, ignoreCase: boolean, place: Place): Matcher {
  try {
    const compiled = new RegExp(pattern, ignoreCase ? 'iu' : 'u')
    return (text) => compiled.test(text)
  } catch (error) {
    throw new RuleError(place, `/${pattern}/: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function linear(pattern: string, ignoreCase: boolean, place: Place): Matcher {
  try {
    const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    return (text) => compiled.matcher(text).find()
  } catch (error) {
    throw new RuleError(place, `/${pattern}/: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The longest plain piece outside groups, classes and repetitions: each match holds it. undefined: none of three characters or more. */
export function requiredPiece(pattern: string): string | undefined {
  let best = ''
  let piece = ''
  const end = () => {
    if (piece.length > best.length) best = piece
    piece = ''
  }
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at)
    if (character === '|') return undefined
    if (character === '(' || character === '[') {
      end()
      at = closing(pattern, at)
    } else if (character === '?' || character === '*' || character === '{') {
      // What is repeated may be missing.
      piece = piece.slice(0, -1)
      end()
      if (character === '{') at = Math.max(at, pattern.indexOf('}', at))
    } else if (character === '\\') {
      const escaped = pattern.charAt(at + 1)
      at += 1
      if (/\W/.test(escaped)) piece += escaped
      else {
        end()
        // A property has its name in braces.
        if (/[pPuxk]/.test(escaped)) return undefined
      }
    } else if (/[.^$+]/.test(character)) end()
    else piece += character
  }
  end()
  return best.length >= 3 && /^[\x20-\x7e]+$/.test(best) ? best : undefined
}

/** The bracket that closes the one at `start`; the end where there is none. */
function closing(pattern: string, start: number): number {
  let depth = 0
  let inClass = false
  for (let at = start; at < pattern.length; at += 1) {
    const character = pattern.charAt(at)
    if (character === '\\') at += 1
    else if (inClass) inClass = character !== ']'
    else if (character === '[') inClass = true
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    if (depth === 0 && !inClass) return at
  }
  return pattern.length
}
