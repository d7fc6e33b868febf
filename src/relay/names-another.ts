import { parseIp } from '../mail/ip.ts'

/**
 * Does an answer speak of other addresses than ours alone? Some receivers look up every address of the Received fields, and mean the sender's own
 * connection by "listed". Neighbours count as ours: whole networks are listed. Only of IPv4, and only of an address that is not translated on its way.
 */
export function namesAnother(answer: string, ip: string): boolean {
  const ours = parseIp(ip)
  if (ours?.version !== 4 || isPrivate(ours.words[0] ?? 0)) return false
  const named = [...answer.matchAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g)].flatMap(([text]) => parseIp(text)?.words[0] ?? [])
  const others = named.filter((word) => !isPrivate(word))
  return others.length > 0 && others.every((word) => word >>> 8 !== (ours.words[0] ?? 0) >>> 8)
}

/** RFC 1918, RFC 6598, loopback. */
function isPrivate(word: number): boolean {
  const [a, b] = [word >>> 24, (word >>> 16) & 255]
  return a === 10 || a === 127 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128)
}
