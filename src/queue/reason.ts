import type { RemoteReply } from '../mail/remote-reply.ts'

/** Why another server does not take a message, as far as its answer tells. What a sender is told begins with it. */
export type RefusalReason =
  | 'no-such-mailbox'
  | 'mailbox-full'
  | 'mailbox-off'
  | 'too-large'
  | 'listed'
  | 'spam'
  | 'sender-unproved'
  | 'sender-refused'
  | 'virus'
  | 'try-later'
  | 'rate'
  | 'loop'
  | 'not-here'
  | 'refused'

/** RFC 3463 and the IANA registry of enhanced codes, without the class. */
const byEnhanced: Readonly<Record<string, RefusalReason>> = {
  '1.1': 'no-such-mailbox',
  '1.2': 'no-such-mailbox',
  '1.3': 'no-such-mailbox',
  '1.6': 'no-such-mailbox',
  '1.7': 'sender-refused',
  '1.8': 'sender-refused',
  '2.1': 'mailbox-off',
  '2.2': 'mailbox-full',
  '2.3': 'too-large',
  '3.4': 'too-large',
  '4.6': 'loop',
  '4.7': 'try-later',
  '7.20': 'sender-unproved',
  '7.23': 'sender-unproved',
  '7.24': 'sender-unproved',
  '7.26': 'sender-unproved',
  '7.28': 'rate',
}

/**
 * Words that servers use, most telling first; asked where the code says little: 5.7.1 stands for everything, and many send 5.1.1 or 5.0.0 for
 * what they do not wish to explain.
 */
const byWords: readonly (readonly [RegExp, RefusalReason])[] = [
  [/virus|malware|infected/i, 'virus'],
  [/grey-?list|graylist/i, 'try-later'],
  [/\b(?:dmarc|spf|dkim)\b|unauthenticated (?:e?-?mail|sender)|not authenticated/i, 'sender-unproved'],
  [/(?:mailbox|inbox|quota|storage|account)\b.{0,40}\b(?:full|exceeded|over)|over ?quota|out of storage|insufficient (?:disk|system) /i, 'mailbox-full'],
  [/(?:too (?:many|much)|rate limit|throttl|exceeded the (?:limit|rate)|temporarily rate)/i, 'rate'],
  [/(?:too (?:large|big)|size (?:limit|exceeds)|exceeds (?:the )?(?:maximum )?size|message size)/i, 'too-large'],
  [
    /(?:no such|unknown|invalid|non-?existent?|does(?:n't| not) exist|not found).{0,30}(?:user|mailbox|recipient|address|account|here)?|user unknown|no mailbox/i,
    'no-such-mailbox',
  ],
  [/(?:mailbox|account|user|recipient).{0,40}(?:disabled|inactive|suspended|locked|deactivated|unavailable)/i, 'mailbox-off'],
  [/spam|bulk|unsolicited|content (?:rejected|refused)|junk|reputation/i, 'spam'],
  [/relay(?:ing)? (?:access )?(?:denied|not permitted)|not (?:permitted|allowed) to relay|unable to relay/i, 'not-here'],
  [/loop|too many (?:hops|received)/i, 'loop'],
  [/sender (?:address )?(?:rejected|denied|verify)|sender.{0,20}blocked/i, 'sender-refused'],
]

/** UTF-16 units of an answer that are looked at. */
const maxWords = 2000

/**
 * What a 4xx or 5xx means. `listed`: it says that our own address is listed (relay/lists/listed-answers.ts knows how that is said), which stands
 * behind any code, and decides which way the next try goes (SPEC D2).
 */
export function refusalReason(reply: RemoteReply, listed: boolean): RefusalReason {
  if (listed) return 'listed'
  const text = reply.lines.join(' ').slice(0, maxWords)
  const told = byEnhanced[reply.enhanced?.slice(2) ?? '']
  const said = byWords.find(([words]) => words.test(text))?.[1]
  if (told !== undefined) return told
  if (said !== undefined) return said
  if (reply.code === 552) return 'mailbox-full'
  return reply.code < 500 ? 'try-later' : 'refused'
}
