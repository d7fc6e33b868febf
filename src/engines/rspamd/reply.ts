import { type EngineTest, type Opinion, opinion } from '../opinion.ts'

/** Longest reply that is read, in octets: options of symbols may quote a lot. */
export const maxReplyOctets = 1024 * 1024

/** Symbols that are looked at. */
const maxSymbols = 2000

/** What `/checkv2` answers (https://rspamd.com/doc/architecture/protocol.html). A message that rspamd skips has no points. @throws Error */
export function readReply(text: string): Opinion {
  const reply: unknown = JSON.parse(text)
  if (!isRecord(reply)) throw new Error('a reply without a score')
  if (reply['is_skipped'] === true) return opinion(0, [])
  const symbols = isRecord(reply['symbols']) ? Object.entries(reply['symbols']).slice(0, maxSymbols) : []
  const tests = symbols.flatMap(([name, symbol]): EngineTest[] => {
    const score = isRecord(symbol) ? symbol['score'] : undefined
    return typeof score === 'number' ? [{ name, score }] : []
  })
  return opinion(reply['score'], tests)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
