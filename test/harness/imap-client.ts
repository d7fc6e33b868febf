import { ImapFlow } from 'imapflow'
import { password, type Server } from './server.ts'

/** A library's IMAP client, signed in over TLS; `await using` signs it out. */
export async function imapClient(server: Server, user: string): Promise<ImapFlow & AsyncDisposable> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.port('imaps'),
    secure: true,
    auth: { user, pass: password },
    logger: false,
    tls: { rejectUnauthorized: false },
  })
  await client.connect()
  return Object.assign(client, {
    [Symbol.asyncDispose]: async () => {
      await client.logout().catch(() => client.close())
    },
  })
}
