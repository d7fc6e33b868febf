import { finding, type VirusFinding } from './finding.ts'

/** Longest reply that is read, in octets: a signature's name is some dozens. */
export const maxReplyOctets = 4096
/** Longest name of a signature that goes into the journal, in characters. */
const maxNameLength = 200

/**
 * What clamd says of a stream: `1: stream: NAME FOUND`, `1: stream: OK`, or something that ends in `ERROR`; without the NUL at its end. An
 * answer that is none of the first two means that the message was not looked through.
 */
export function readReply(reply: string): VirusFinding {
  const text = reply.replace(/^\d+: /, '').replace(/^stream: /, '')
  if (text === 'OK') return finding('clean')
  const found = /^([^]+) FOUND$/.exec(text)?.[1]
  if (found !== undefined) return ofSignature(printable(found))
  if (text.startsWith('INSTREAM size limit exceeded')) return finding('too large')
  return finding('away', printable(text))
}

/** Heuristics of clamd that stand for "not looked into" rather than for a virus (clamd.conf: AlertEncrypted, AlertExceedsMax). */
function ofSignature(name: string): VirusFinding {
  if (name.startsWith('Heuristics.Encrypted.')) return finding('encrypted archive', name)
  if (name.startsWith('Heuristics.Limits.Exceeded')) return finding('beyond limits', name)
  return finding('virus', name)
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, maxNameLength)
}
