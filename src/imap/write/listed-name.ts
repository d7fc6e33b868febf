import type { Session } from '../session.ts'
import { mailboxName } from './strings.ts'

/** `* LIST () "/" name ("OLDNAME" (sent))`: what a client of IMAP4rev2 called a mailbox is not what it is called (RFC 9051 6.3.9.7). */
export function tellName({ rev2, utf8, out }: Session, name: string, sent: string | undefined, attributes = ''): void {
  if (rev2 && sent !== undefined) out.utf8(listedName(name, { sent, utf8, attributes }))
}

/** The same whether or not it differs, as SELECT has it (RFC 9051 6.3.2). */
export function listedName(
  name: string,
  { sent, utf8, attributes = '' }: { readonly sent: string | undefined; readonly utf8: boolean; readonly attributes?: string },
): string {
  const oldName = sent === undefined ? '' : ` ("OLDNAME" (${mailboxName(sent, utf8)}))`
  return `* LIST (${attributes}) "/" ${mailboxName(name, utf8)}${oldName}\r\n`
}
