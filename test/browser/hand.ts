import type { Locator } from 'playwright-core'

/**
 * What a hand needs, in ms: the operators of the keystroke-level model (Card, Moran, Newell, CACM 23:7, 1980). A key is that of somebody who
 * types, but is no typist.
 */
const pointMs = 1100
const pressMs = 200
const keyMs = 280
const homeMs = 400

/** Somebody who walks through pages: counts clicks, and the time that hand and machine take. Reading is not counted, nor is what a test looks at meanwhile. */
export class Hand {
  clicks = 0
  keys = 0
  #ms = 0

  get seconds(): number {
    return this.#ms / 1000
  }

  async click(target: Locator): Promise<void> {
    this.clicks++
    this.#ms += pointMs + pressMs
    await this.#timed(target.click())
  }

  async type(target: Locator, text: string): Promise<void> {
    await this.click(target)
    this.keys += text.length
    this.#ms += homeMs + text.length * keyMs + homeMs
    await this.#timed(target.pressSequentially(text))
  }

  async waitFor(target: Locator): Promise<void> {
    await this.#timed(target.waitFor())
  }

  async #timed(action: Promise<void>): Promise<void> {
    const beganMs = performance.now()
    await action
    this.#ms += performance.now() - beganMs
  }
}
