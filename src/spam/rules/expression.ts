import { type Place, RuleError } from '../../base/rule-blocks.ts'

/** What a rule computes; a number, and what is not 0 is true. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** A number that facts/ found. */
  | { readonly kind: 'fact'; readonly name: string }
  /** 1 where that test fired. */
  | { readonly kind: 'test'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'match'; readonly field: string; readonly pattern: string; readonly ignoreCase: boolean }
  /** says: phrases of whole words; has: pieces of text; is: all of it. How many of them are there. */
  | {
      readonly kind: 'words'
      readonly field: string
      readonly how: 'says' | 'has' | 'is'
      readonly texts: readonly string[]
      readonly list: string | undefined
    }

export type Operator = 'or' | 'and' | '+' | '-' | '*' | '>=' | '<=' | '>' | '<' | '=' | '!='

type Token =
  | { readonly kind: 'number' | 'word' | 'text' | 'sign'; readonly text: string }
  | { readonly kind: 'pattern'; readonly text: string; readonly flags: string }

/** Nested parentheses, and `not` before `not`. */
const deepest = 50
/** Words, numbers and signs of one expression. */
const longest = 1_000

/**
 * Reads an expression:
 *
 *     or, and, not, ( ), >= <= > < = !=, + - *, numbers, FACTS in lower case, TESTS in capitals
 *     FIELD ~ /pattern/i     FIELD says "whole words", "or these"     FIELD has "piece"     FIELD is LIST
 */
export function parseExpression(text: string, place: Place): Expression {
  return new ExpressionParser(text, place).parse()
}

class ExpressionParser {
  readonly #place: Place
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string, place: Place) {
    this.#place = place
    this.#tokens = [...tokensOf(text, place)]
    if (this.#tokens.length > longest) throw new RuleError(place, `an expression has at most ${longest} words and signs`)
  }

  parse(): Expression {
    const expression = this.#or()
    const rest = this.#tokens[this.#at]
    if (rest !== undefined) throw new RuleError(this.#place, `"${rest.text}" was not expected here`)
    return expression
  }

  #or(): Expression {
    return this.#chain(['or'], () => this.#chain(['and'], () => this.#not()))
  }

  #not(): Expression {
    if (!this.#take('not')) return this.#comparison()
    return this.#deeper(() => ({ kind: 'not', of: this.#not() }))
  }

  #comparison(): Expression {
    const left = this.#sum()
    for (const operator of ['>=', '<=', '!=', '>', '<', '='] as const) {
      if (this.#take(operator)) return { kind: 'binary', operator, left, right: this.#sum() }
    }
    return left
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#chain(['*'], () => this.#operand()))
  }

  #chain(operators: readonly Operator[], operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const operator = operators.find((candidate) => this.#take(candidate))
      if (operator === undefined) return left
      left = { kind: 'binary', operator, left, right: operand() }
    }
  }

  #operand(): Expression {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw new RuleError(this.#place, 'the expression ends too early')
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) }
    if (token.kind === 'sign' && token.text === '-') {
      const zero: Expression = { kind: 'number', value: 0 }
      return this.#deeper(() => ({ kind: 'binary', operator: '-', left: zero, right: this.#operand() }))
    }
    if (token.kind === 'sign' && token.text === '(') {
      return this.#deeper(() => {
        const inner = this.#or()
        if (!this.#take(')')) throw new RuleError(this.#place, 'a parenthesis is not closed')
        return inner
      })
    }
    if (token.kind !== 'word') throw new RuleError(this.#place, `"${token.text}" was not expected here`)
    if (/^[A-Z]/.test(token.text)) return { kind: 'test', name: token.text }
    return this.#condition(token.text)
  }

  #condition(field: string): Expression {
    if (this.#take('~')) {
      const pattern = this.#tokens[this.#at++]
      if (pattern?.kind !== 'pattern') throw new RuleError(this.#place, `"${field} ~" is followed by a /pattern/`)
      if (!/^i?$/.test(pattern.flags)) throw new RuleError(this.#place, `a pattern knows the flag i, not "${pattern.flags}"`)
      return { kind: 'match', field, pattern: pattern.text, ignoreCase: pattern.flags === 'i' }
    }
    const how = (['says', 'has', 'is'] as const).find((word) => this.#take(word))
    return how === undefined ? { kind: 'fact', name: field } : { kind: 'words', field, how, ...this.#texts(field, how) }
  }

  /** `"one", "two"`, or the name of a list. */
  #texts(field: string, how: string): { texts: string[]; list: string | undefined } {
    const texts: string[] = []
    do {
      const token = this.#tokens[this.#at++]
      if (token?.kind === 'word' && texts.length === 0 && /^[A-Z]/.test(token.text)) return { texts, list: token.text }
      if (token?.kind !== 'text') throw new RuleError(this.#place, `"${field} ${how}" is followed by texts in double quotes, or the name of a list`)
      texts.push(token.text)
    } while (this.#take(','))
    return { texts, list: undefined }
  }

  #deeper<T>(read: () => T): T {
    this.#depth += 1
    if (this.#depth > deepest) throw new RuleError(this.#place, `an expression is nested at most ${deepest} deep`)
    const result = read()
    this.#depth -= 1
    return result
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token === undefined || token.text !== text || (token.kind !== 'sign' && token.kind !== 'word')) return false
    this.#at += 1
    return true
  }
}

const tokenForms = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z][\w.:-]*)|"((?:[^"\\]|\\.)*)"|\/((?:[^/\\]|\\.)+)\/([a-z]*)|(>=|<=|!=|[()~,<>=+*-]))/y

function* tokensOf(text: string, place: Place): Generator<Token> {
  tokenForms.lastIndex = 0
  const length = text.trimEnd().length
  while (tokenForms.lastIndex < length) {
    const from = tokenForms.lastIndex
    const found = tokenForms.exec(text)
    if (found === null) throw new RuleError(place, `this cannot be read: ${text.slice(from, from + 30).trim()}`)
    const [, number, word, quoted, pattern, flags = '', sign = ''] = found
    if (number !== undefined) yield { kind: 'number', text: number }
    else if (word !== undefined) yield { kind: 'word', text: word }
    else if (quoted !== undefined) yield { kind: 'text', text: quoted.replace(/\\(.)/g, '$1') }
    else if (pattern !== undefined) yield { kind: 'pattern', text: pattern, flags }
    else yield { kind: 'sign', text: sign }
  }
}
