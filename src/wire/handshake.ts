import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'

/** The certificate for the name a client asked for (SNI, RFC 6066 3); undefined: the default one. */
export type CertificateChoice = (serverName: string) => SecureContext | undefined

export interface HandshakeOptions {
  readonly choose: CertificateChoice | undefined
  /** Asks the client for a certificate of one of the context's `ca`; the context then has a `sessionIdContext` too. */
  readonly requestCertificate: boolean
}

export interface Handshake {
  /** What is read and written from now on, once `done` has resolved. */
  readonly secure: TLSSocket
  /** Rejects when the handshake fails; the connection is gone then. */
  readonly done: Promise<void>
}

/** The server's side of a TLS handshake over a paused socket that nobody listens to. */
export function handshake(plain: Socket, context: SecureContext, { choose, requestCertificate }: HandshakeOptions): Handshake {
  const secure = new TLSSocket(plain, {
    isServer: true,
    secureContext: context,
    // Who has none, or not a good one, is served all the same: it signs in another way (client-certificate.ts).
    ...(requestCertificate && { requestCert: true, rejectUnauthorized: false }),
    ...(choose && { SNICallback: (name: string, answer: (error: Error | null, chosen?: SecureContext) => void) => answer(null, choose(name)) }),
  })
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  let isDone = false
  let why: unknown
  secure.once('secure', () => {
    isDone = true
    resolve()
  })
  secure.on('_tlsError', (error: unknown) => {
    why = error
    // Once the handshake is done Node only tells: of a broken record, of a client that renegotiates without end (TLS 1.2).
    if (isDone) secure.destroy()
  })
  secure.once('close', () => reject(new Error('TLS handshake failed', { cause: why })))
  return { secure, done }
}
