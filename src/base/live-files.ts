import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

export interface LiveFilesOptions<Value> {
  /** Folder of the operator's files; it may be missing. */
  readonly own: string
  /** What files that come with Posthorn say, with those of the operator or without. @throws where a file is broken */
  readonly read: (withOwn: boolean) => Value
  /** Files of the operator could not be used; what was in force stays. Once for each state of the folder. */
  readonly onFault: (fault: unknown) => void
  /** Milliseconds, from any beginning. */
  readonly now: () => number
}

/** The folder is looked at no more often than that: it costs some system calls. */
const lookEveryMs = 2_000

/** What files say, as they are now: an operator's files hold without a restart, and a broken one changes nothing. */
export class LiveFiles<Value> {
  readonly #options: LiveFilesOptions<Value>
  #value: Value
  /** Names, sizes and times of the operator's files when they were read last. */
  #state = ''
  #lookedMs: number

  /** @throws where a file that comes with Posthorn is broken */
  constructor(options: LiveFilesOptions<Value>) {
    this.#options = options
    this.#value = options.read(false)
    this.#lookedMs = options.now()
    this.#look()
  }

  current(): Value {
    const nowMs = this.#options.now()
    if (nowMs - this.#lookedMs >= lookEveryMs) {
      this.#lookedMs = nowMs
      this.#look()
    }
    return this.#value
  }

  #look(): void {
    const { own, read, onFault } = this.#options
    try {
      const state = stateOf(own)
      if (state === this.#state) return
      this.#state = state
      this.#value = read(state !== '')
    } catch (fault) {
      onFault(fault)
    }
  }
}

/** '' for a folder that is missing or empty. */
function stateOf(folder: string): string {
  if (!existsSync(folder)) return ''
  return readdirSync(folder)
    .map((name) => {
      const { mtimeMs, size } = statSync(path.join(folder, name))
      return `${name} ${mtimeMs} ${size}\n`
    })
    .sort()
    .join('')
}
