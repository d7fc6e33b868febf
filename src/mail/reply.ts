/** An SMTP reply (RFC 5321 4.2) with its enhanced status code (RFC 2034, RFC 3463). `text` is one line, ASCII, without CR LF. */
export interface Reply {
  readonly code: number
  /** "5.1.1"; undefined where RFC 2034 wants none (greeting, EHLO, 354). */
  readonly enhanced?: string
  readonly text: string
}

/** `550 5.1.1 no such mailbox`: how journal, log and tests show a reply. */
export function formatReply(reply: Reply): string {
  return reply.enhanced === undefined ? `${reply.code} ${reply.text}` : `${reply.code} ${reply.enhanced} ${reply.text}`
}
