/** RFC 2449 8, RFC 3206. */
export type ResponseCode = 'SYS/TEMP' | 'SYS/PERM' | 'AUTH'

/** What a command answers. A long answer is written by the command itself: `answered`. */
export type Reply = 'answered' | { readonly line: string; readonly bad?: true; readonly last?: true }

export function ok(text: string): Reply {
  return { line: `+OK ${text}\r\n` }
}

export function err(text: string, code?: ResponseCode): Reply {
  return { line: code === undefined ? `-ERR ${text}\r\n` : `-ERR [${code}] ${text}\r\n` }
}

/** Not understood, or not now: too many of these end the connection. */
export function bad(text: string): Reply {
  return { line: `-ERR ${text}\r\n`, bad: true }
}

/** The last words: the connection is closed after them. */
export function last(line: string): Reply {
  return { line, last: true }
}
