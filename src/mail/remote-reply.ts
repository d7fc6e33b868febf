/** What another server answered (RFC 5321 4.2). Control characters are spaces: it is shown to people. */
export interface RemoteReply {
  /** 200 to 599. */
  readonly code: number
  /** RFC 2034, "5.1.1"; undefined: none, or of another class than `code`. */
  readonly enhanced: string | undefined
  /** Of each line, without code and enhanced code. At least one. */
  readonly lines: readonly string[]
}

/** `550 5.1.1 no such user`: as journal, log and failure notices show it. */
export function formatRemoteReply({ code, enhanced, lines }: RemoteReply): string {
  return [String(code), ...(enhanced === undefined ? [] : [enhanced]), lines.join(' ').trim()].join(' ').trim()
}
