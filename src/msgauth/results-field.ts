import type { DkimFinding, SenderAuthentication } from './authentication.ts'

/** RFC 5322 2.1.1: lines are folded where they would pass it. */
const foldAt = 78
/** Longest value that is said: a domain name is no longer (RFC 1035 2.3.4). Longer ones are the sender's own making. */
const longestValue = 255

/** Authentication-Results (RFC 8601 2.2) with its name and its last CRLF. `authservId` is our host name. */
export function authenticationResultsField(authservId: string, found: SenderAuthentication): string {
  return `Authentication-Results: ${authservId};\r\n${resultLines(found)}`
}

/** The same as a sealer hands it on (RFC 8617 4.1.1). */
export function arcResultsField(instance: number, authservId: string, found: SenderAuthentication): string {
  return `ARC-Authentication-Results: i=${instance}; ${authservId};\r\n${resultLines(found)}`
}

/** Whatever a sender chose goes out as a token or a quoted string, so that nothing of it can be read as another result. */
function resultLines({ spf, dkim, dmarc, arc }: SenderAuthentication): string {
  const results = [
    result('spf', spf.result, spf.reason, [[`smtp.${spf.identity}`, spf.domain]]),
    ...(dkim.length === 0 ? [['dkim=none']] : dkim.map(dkimResult)),
    result('dmarc', dmarc.result, dmarc.reason, [
      ['header.from', dmarc.domain],
      ['policy.dmarc', dmarc.record === undefined ? '' : dmarc.policy],
    ]),
    result('arc', arc.result, arc.reason, []),
  ]
  const lines = results.map((words, index) => fold(index === results.length - 1 ? words : [...words.slice(0, -1), `${words.at(-1)};`]))
  return lines.join('')
}

function dkimResult(finding: DkimFinding): string[] {
  return result('dkim', finding.result, finding.reason, [
    ['header.d', finding.domain],
    ['header.s', finding.selector],
    ['header.a', finding.algorithm],
    ['header.b', finding.signatureStart],
  ])
}

/** resinfo (RFC 8601 2.2), as words that a line may be broken between. Properties without a value are left out. */
function result(method: string, outcome: string, reason: string | undefined, properties: readonly (readonly [name: string, value: string])[]): string[] {
  const words = [`${method}=${outcome}`]
  if (reason !== undefined) words.push(`reason=${quoted(reason)}`)
  for (const [name, value] of properties) if (value !== '') words.push(`${name}=${token.test(value) ? value : quoted(value)}`)
  return words
}

/** RFC 2045 5.1, as far as no reader stumbles over it. */
const token = /^[\w.@+-]{1,255}$/

function quoted(text: string): string {
  const visible = text.slice(0, longestValue).replace(/[^\x20-\x7e]/g, '?')
  return `"${visible.replace(/["\\]/g, String.raw`\$&`)}"`
}

function fold(words: readonly string[]): string {
  let lines = ''
  let line = ''
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > foldAt) {
      lines += `${line}\r\n`
      line = ''
    }
    line += line === '' ? `\t${word}` : ` ${word}`
  }
  return `${lines}${line}\r\n`
}
