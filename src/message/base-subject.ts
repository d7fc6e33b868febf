/** What a subject is about, without what replies and forwards put around it (RFC 5256 2.1). */
export interface BaseSubject {
  readonly text: string
  /** "Re:", "Fwd:", "(fwd)" or "[fwd: …]" was taken away (RFC 5256 2.1: the message is a reply or forward). */
  readonly isReply: boolean
}

/**
 * @param subject decoded (RFC 5256 2.1 step 1 is done but for its white space). Linear: what was looked at in vain is not looked
 *   at again, however many blobs ("[list]") there are.
 */
export function baseSubject(subject: string): BaseSubject {
  const text = subject.replace(/[\t\r\n ]+/g, ' ')
  let start = 0
  let end = text.length
  let isReply = false
  for (;;) {
    // Step 2: subj-trailer.
    for (;;) {
      if (end > start && text.charCodeAt(end - 1) === space) end--
      else if (end - start >= 5 && isWord(text, end - 5, '(fwd)')) {
        end -= 5
        isReply = true
      } else break
    }
    // Steps 3 to 5: subj-leader, and blobs as long as something stands behind them.
    for (;;) {
      while (start < end && text.charCodeAt(start) === space) start++
      const { behind, last } = blobs(text, start, end)
      const reply = replyEnd(text, behind, end)
      if (reply > 0) {
        start = reply
        isReply = true
        continue
      }
      start = behind < end ? behind : last
      break
    }
    // Step 6: subj-fwd.
    if (!isWord(text, start, '[fwd:') || end - start < 6 || text[end - 1] !== ']') break
    start += 5
    end--
    isReply = true
  }
  return { text: text.slice(start, end), isReply }
}

const space = 0x20

/** Whether this stands there, in any case of its letters. */
function isWord(text: string, at: number, word: string): boolean {
  return text.slice(at, at + word.length).toLowerCase() === word
}

/** Past all subj-blobs from `start` on, and where the last of them begins. */
function blobs(text: string, start: number, end: number): { readonly behind: number; readonly last: number } {
  let behind = start
  let last = start
  for (;;) {
    const next = blobEnd(text, behind, end)
    if (next === 0) return { behind, last }
    last = behind
    behind = next
  }
}

/** subj-blob: "[" without brackets inside "]" and white space behind it; 0: none is there. */
function blobEnd(text: string, start: number, end: number): number {
  if (text[start] !== '[') return 0
  let at = start + 1
  while (at < end && text[at] !== '[' && text[at] !== ']') at++
  if (at >= end || text[at] !== ']') return 0
  at++
  while (at < end && text.charCodeAt(at) === space) at++
  return at
}

/** subj-refwd: "re", "fw" or "fwd", perhaps a blob, ":"; 0: none is there. */
function replyEnd(text: string, start: number, end: number): number {
  let at = start
  if (isWord(text, at, 're')) at += 2
  else if (isWord(text, at, 'fwd')) at += 3
  else if (isWord(text, at, 'fw')) at += 2
  else return 0
  while (at < end && text.charCodeAt(at) === space) at++
  at = blobEnd(text, at, end) || at
  return at < end && text[at] === ':' ? at + 1 : 0
}
