import type { Content } from '../content/content.ts'
import type { WantedText } from '../store/fulltext/candidates.ts'
import { type SearchedMessage, type TextSearch, textSearch } from '../store/fulltext/work.ts'
import { TextLink } from './text-link.ts'

/** What is looked through at once, in under a millisecond: to start a thread takes longer. In octets of messages. */
const littleOctets = 64 * 1024

/** Looks for texts in messages where nobody waits for it but who asked. */
export class ThreadedTextSearch implements TextSearch {
  readonly #here: TextSearch
  readonly #there: TextLink

  /** @param content what a thread reads from `contentFolder` */
  constructor(content: Pick<Content, 'read'>, contentFolder: string) {
    this.#here = textSearch(content)
    this.#there = new TextLink({ contentFolder, inBackground: false })
  }

  find(messages: readonly SearchedMessage[], wanted: readonly WantedText[]): ReturnType<TextSearch['find']> {
    const octets = messages.reduce((sum, { body }) => sum + body.prefixLength + body.octetsLength, 0)
    return (octets <= littleOctets ? this.#here : this.#there).find(messages, wanted)
  }

  async close(): Promise<void> {
    await this.#there.close()
  }
}
