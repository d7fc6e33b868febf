import { mailboxName } from './strings.ts'

/**
 * `* LIST () "/" name`, which tells a client of IMAP4rev2 what its name for a mailbox has become (RFC 9051 6.3.2, 6.3.4).
 * @param options.sent what the client called it, where that was something else
 */
export function listedName(name: string, { sent, utf8 }: { readonly sent: string | undefined; readonly utf8: boolean }): string {
  const oldName = sent === undefined ? '' : ` ("OLDNAME" (${mailboxName(sent, utf8)}))`
  return `* LIST () "/" ${mailboxName(name, utf8)}${oldName}\r\n`
}
