import { runProgram } from './program.ts'

export interface SwaksMail {
  readonly port: number
  readonly from: string
  readonly to: string
  /** Address that the connection comes from: any of 127.0.0.0/8. */
  readonly client?: string
  readonly helo?: string
  readonly subject?: string
  readonly body?: string
  /** More of swaks' own options: `--tls`. */
  readonly options?: readonly string[]
}

export interface SwaksResult {
  /** 0: accepted. swaks' own codes: 24 no recipient accepted, 26 refused after the text, 29 no TLS. */
  readonly code: number
  /** Every line of the server's replies, in order: `250 2.1.0 …`. */
  readonly replies: readonly string[]
  /** Replies that refuse something. */
  readonly refusals: readonly string[]
  readonly transcript: string
}

/** Sends one message by swaks. */
export async function swaks({
  port,
  from,
  to,
  client = '127.0.0.1',
  helo = 'client.example',
  subject = 'test',
  body = 'Hello.',
  options = [],
}: SwaksMail): Promise<SwaksResult> {
  const to127 = ['--server', '127.0.0.1', '--port', String(port), '--local-interface', client, '--timeout', '30']
  const mail = ['--helo', helo, '--from', from, '--to', to, '--header', `Subject: ${subject}`, '--body', body]
  const { code, stdout, stderr } = await runProgram('swaks', [...to127, ...mail, ...options])
  const replies = [...stdout.matchAll(/^<[-~]*(\*\*)?[-~]* +(\d{3}[ -].*)$/gm)].map(([, , reply = '']) => reply.trimEnd())
  return { code, replies, refusals: replies.filter((reply) => /^[45]/.test(reply)), transcript: stdout + stderr }
}
