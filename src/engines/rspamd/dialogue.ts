import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { http } from '../../base/http-modules.ts'
import type { Dialogue, EngineMessage } from '../engine.ts'
import { octetsOf } from '../../content/octets-of.ts'
import { inLine } from '../engine.ts'
import type { Opinion } from '../opinion.ts'
import { maxReplyOctets, readReply } from './reply.ts'

/** Recipients that it is told: enough to see that there are many. */
const maxRecipients = 100

/** rspamd's normal or proxy worker, over HTTP with connections that are used again. */
export class RspamdDialogue implements Dialogue {
  readonly name = 'rspamd'
  readonly maxMessageOctets = 10 * 1024 * 1024
  readonly #url: string
  readonly #agent: Agent = new (http().Agent)({ keepAlive: true })

  /** "http://127.0.0.1:11333" */
  constructor(url: string) {
    this.#url = url
  }

  async ask(message: EngineMessage, signal: AbortSignal): Promise<Opinion> {
    return readReply(await this.#exchange('/checkv2', message, signal))
  }

  async ping(signal: AbortSignal): Promise<void> {
    const word = await this.#exchange('/ping', undefined, signal)
    if (word.trim() !== 'pong') throw new Error('it is no rspamd')
  }

  close(): void {
    this.#agent.destroy()
  }

  async #exchange(path: string, message: EngineMessage | undefined, signal: AbortSignal): Promise<string> {
    for (let again = false; ; again = true) {
      const headers = message === undefined ? {} : { ...headersOf(message), 'Content-Length': message.sizeBytes }
      const agent = again ? false : this.#agent
      const asked = http().request(new URL(path, this.#url), { method: message === undefined ? 'GET' : 'POST', agent, headers, signal })
      try {
        return await answerOf(asked, message)
      } catch (error) {
        // A connection may have been closed while it was idle: that says nothing of rspamd now.
        if (again || signal.aborted || !asked.reusedSocket) throw error
      } finally {
        asked.destroy()
      }
    }
  }
}

async function answerOf(asked: ClientRequest, message: EngineMessage | undefined): Promise<string> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.on('error', reject)
  })
  const sent = message === undefined ? asked.end() : pipeline(Readable.from(octetsOf(message.octets)), asked)
  // It may answer, and refuse, before it has read everything.
  const [response] = await Promise.all([answered, sent])
  if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`)
  let text = ''
  response.setEncoding('utf8')
  for await (const part of response as AsyncIterable<string>) {
    text += part
    if (text.length > maxReplyOctets) throw new Error('an endless reply')
  }
  return text
}

/** What rspamd is told beside the octets (https://rspamd.com/doc/architecture/protocol.html#http-headers). */
function headersOf({ queueId, client, clientName, reversePath, recipients }: EngineMessage): Record<string, string | readonly string[]> {
  return {
    'Queue-Id': queueId,
    // To a user it does what is for outgoing mail only: no reputation of addresses, no greylisting.
    ...(client === undefined ? { User: inHeader(reversePath) } : { IP: client.ip, Helo: inHeader(client.helo ?? '') }),
    ...(clientName !== undefined && clientName !== '' && { Hostname: inHeader(clientName) }),
    From: inHeader(`<${reversePath}>`),
    Rcpt: recipients.slice(0, maxRecipients).map(inHeader),
  }
}

/** Node writes a field's characters as octets: what is not ASCII goes as UTF-8. */
function inHeader(text: string): string {
  return Buffer.from(inLine(text)).toString('latin1')
}
