import type { Pop3Command } from './command.ts'

/** CAPA (RFC 2449 5, RFC 6856): what can be used now. EXPIRE NEVER: nothing is removed but by DELE. */
export const capa: Pop3Command<'CAPA'> = {
  state: 'any',
  run(session) {
    const lines = ['TOP', 'UIDL', 'RESP-CODES', 'AUTH-RESP-CODE', 'PIPELINING', 'EXPIRE NEVER', 'LOGIN-DELAY 0', 'UTF8 USER', 'LANG', 'IMPLEMENTATION Posthorn']
    if (session.plaintextAllowed) lines.push('USER')
    const { mechanisms } = session
    if (mechanisms.length > 0) lines.push(`SASL ${mechanisms.join(' ')}`)
    if (session.stlsOffered) lines.push('STLS')
    return { line: `+OK capabilities follow\r\n${lines.join('\r\n')}\r\n.\r\n` }
  },
}
