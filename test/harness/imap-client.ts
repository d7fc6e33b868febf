import { ImapFlow } from 'imapflow'
import { eventually, password, type Server } from './server.ts'

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

/** How many messages a mailbox has, and the UID that the next one gets. */
export async function statusOf(client: ImapFlow, mailbox: string): Promise<{ messages: number | undefined; uidNext: number | undefined }> {
  const status = await client.status(mailbox, { messages: true, uidNext: true })
  if (status === false) throw new Error(`no mailbox ${mailbox}`)
  return { messages: status.messages, uidNext: status.uidNext }
}

/** The messages of a mailbox as they are, oldest first. */
export async function messagesOf(client: ImapFlow, mailbox: string): Promise<string[]> {
  const lock = await client.getMailboxLock(mailbox)
  try {
    const texts: string[] = []
    for await (const { source } of client.fetch('1:*', { source: true })) texts.push(source?.toString('latin1') ?? '')
    return texts
  } finally {
    lock.release()
  }
}

/** The last of a mailbox's messages, once there are so many: the index follows a delivery within a moment. */
export async function newest(client: ImapFlow, mailbox: string, count: number): Promise<string> {
  return await eventually(`${count} messages in ${mailbox}`, async () => {
    const texts = await messagesOf(client, mailbox)
    return texts.length === count ? texts.at(-1) : undefined
  })
}
