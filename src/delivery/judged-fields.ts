import type { SpamScore } from '../spam/score.ts'
import type { VirusFinding } from '../virus/finding.ts'

/** One destination's judgement of a message's score. */
export interface SpamJudgement {
  readonly score: SpamScore
  /** From this score on it is spam (SPEC A4). */
  readonly required: number
  readonly isSpam: boolean
  /** Spam is refused or thrown away here, not shown. */
  readonly kills: boolean
}

/** Stars of X-Spam-Level (SPEC A5). */
const maxStars = 64
const foldAt = 78
/** Tests named in X-Spam-Status: the weightiest. */
const maxTests = 50

/** X-Spam-Flag, -Score, -Level and -Status (SPEC A5). They are what amavis writes, as people's own filters know it. */
export function spamFields({ score: { score, tests, autolearn }, required, isSpam, kills }: SpamJudgement): string {
  const named = tests.slice(0, maxTests).map(({ name, score: points }) => `${name}=${points}`)
  const limits = `tag=-999 tag2=${required} kill=${kills ? required : 'none'}`
  const words = [isSpam ? 'Yes,' : 'No,', `score=${score}`, ...limits.split(' '), ...listed('tests', named), `autolearn=${autolearn}`]
  return [
    `X-Spam-Flag: ${isSpam ? 'YES' : 'NO'}\r\n`,
    `X-Spam-Score: ${score}\r\n`,
    `X-Spam-Level: ${'*'.repeat(Math.min(maxStars, Math.max(0, Math.floor(score))))}\r\n`,
    folded('X-Spam-Status:', words),
  ].join('')
}

/** X-Virus-Status: what is not known to be clean says so (SPEC A8). */
export function virusField({ reason, detail }: VirusFinding): string {
  switch (reason) {
    case 'clean':
      return 'X-Virus-Status: Clean\r\n'
    case 'virus':
      return `X-Virus-Status: Infected (${detail ?? ''})\r\n`
    default:
      return `X-Virus-Status: Not scanned (${reason})\r\n`
  }
}

function listed(name: string, items: readonly string[]): string[] {
  if (items.length === 0) return [`${name}=[]`]
  return items.map((item, index) => `${index === 0 ? `${name}=[` : ''}${item}${index === items.length - 1 ? ']' : ','}`)
}

function folded(start: string, words: readonly string[]): string {
  let text = start
  let length = start.length
  for (const word of words) {
    const fold = length + 1 + word.length > foldAt
    text += fold ? `\r\n\t${word}` : ` ${word}`
    length = fold ? 1 + word.length : length + 1 + word.length
  }
  return `${text}\r\n`
}
