import type { Log } from '../../base/log.ts'
import type { Config } from '../../config/config.ts'
import type { Settings } from '../../directory/settings.ts'
import { Engine, type EngineMessage } from '../../engines/engine.ts'
import { testsOf } from '../../engines/opinion.ts'
import { RspamdDialogue } from '../../engines/rspamd/dialogue.ts'
import { SpamdDialogue } from '../../engines/spamassassin/dialogue.ts'
import { type OthersScore, othersPrefix } from '../../spam/others.ts'

/** An engine with what its points are called and weigh here. */
interface Asked {
  readonly engine: Engine
  readonly prefix: string
  readonly weight: 'rspamd.weight' | 'spamassassin.weight'
}

/** As long as `posthorn health` waits for a word. */
const pingMs = 3000

/** Content filters of others, as posthorn.toml names them. */
export class Engines {
  readonly #asked: readonly Asked[]

  constructor({ rspamd, spamassassin }: Pick<Config, 'rspamd' | 'spamassassin'>, options: { readonly processes?: number; readonly log: Log }) {
    this.#asked = [
      ...(rspamd.url === undefined
        ? []
        : [{ engine: new Engine(new RspamdDialogue(rspamd.url), options), prefix: othersPrefix.rspamd, weight: 'rspamd.weight' } as const]),
      ...(spamassassin.socket === undefined
        ? []
        : [{ engine: new Engine(new SpamdDialogue(spamassassin.socket), options), prefix: othersPrefix.spamassassin, weight: 'spamassassin.weight' } as const]),
    ]
  }

  /** There is one to be asked. */
  get any(): boolean {
    return this.#asked.length > 0
  }

  /** Side by side. Never rejects; the octets are not used any more once it has resolved. */
  async ask(message: EngineMessage, settings: Settings): Promise<OthersScore> {
    const opinions = await Promise.all(
      this.#asked.map(async ({ engine, prefix, weight }) => {
        const { answer } = await engine.ask(message, settings['spam.timeout'])
        return answer && testsOf(answer, prefix, settings[weight])
      }),
    )
    const heard = opinions.filter((tests) => tests !== undefined)
    return { answered: heard.length > 0, complete: heard.length === opinions.length, tests: heard.flat() }
  }

  /** Those that do not answer, each with why. */
  async silent(): Promise<readonly { readonly name: string; readonly why: string }[]> {
    const words = await Promise.all(this.#asked.map(async ({ engine }) => ({ name: engine.name, why: await engine.ping(pingMs) })))
    return words.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, why }]))
  }

  close(): void {
    for (const { engine } of this.#asked) engine.close()
  }
}
