/** Fields of one log line. Never a password, never a message's text. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * Where a part says what happened. `event` is a fixed lower-case phrase that can be searched for ("clamd away");
 * everything that varies stands in the fields. An `Error` goes under the field `err`.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const nothing = () => {}

/** For tests and tools that want silence. */
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
