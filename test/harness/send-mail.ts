import { Player } from './play.ts'
import { password, type Server } from './server.ts'

export interface MailToSend {
  readonly from: string
  readonly to: string
  /** Behind the reverse-path, and behind the recipient. */
  readonly mailParameters?: string
  readonly rcptParameters?: string
  /** Header section and body; its last line needs no end. */
  readonly text: string
  /** The mailbox that signs in, and sends over 465; undefined: another server sends, over 25. */
  readonly as?: string
  readonly helo?: string
}

/** One message to one recipient. Resolves to the answer to the recipient, where that is no 250, or to the text. */
export async function sendMail(server: Server, { from, to, text, as, helo = 'client.example', ...parameters }: MailToSend): Promise<string> {
  const { mailParameters = '', rcptParameters = '' } = parameters
  using player = await Player.connect(server.port(as === undefined ? 'smtp' : 'submissions'), { tls: as !== undefined, lineMs: 30_000 })
  await player.play(`S: 220 *\nC: EHLO ${helo}\nS: ...\nS: 250 *`)
  if (as !== undefined) await player.play(`C: AUTH PLAIN ${Buffer.from(`\0${as}\0${password}`).toString('base64')}\nS: 235 *`)
  await player.play(`C: MAIL FROM:<${from}> ${mailParameters}\nS: 250 *`)
  player.write(`RCPT TO:<${to}> ${rcptParameters}\r\n`)
  const answer = (await player.line()) ?? ''
  if (!answer.startsWith('250')) return answer
  await player.play('C: DATA\nS: 354 *')
  player.write(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`)
  return (await player.line()) ?? ''
}
