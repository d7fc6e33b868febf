import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { OperationInput, OperationName, OperationOutput } from '../api/contract.ts'
import type { Language } from '../base/language.ts'
import type { Config } from '../config/config.ts'
import type { Io } from './io.ts'
import type { Installation } from './reach.ts'
import type { Texts } from './texts/en.ts'
import { CannotDo } from './trouble.ts'
import { visible, visibleJson } from './visible.ts'

/** Every command has these. */
export interface GlobalOptions {
  readonly config?: string
  readonly data?: string
  readonly json?: boolean
}

/** What a new installation can begin with, before its first start. */
const mayBegin: ReadonlySet<OperationName> = new Set<OperationName>(['domain.add', 'customer.add', 'plan.add', 'plan.set', 'operator.add', 'setting.set'])

/** One command that runs: its options, its way to the installation, its output. */
export class Invocation {
  readonly t: Texts
  readonly language: Language
  readonly io: Io
  readonly options: GlobalOptions
  #installation: Promise<Installation> | undefined

  constructor(parts: { readonly t: Texts; readonly language: Language; readonly io: Io; readonly options: GlobalOptions }) {
    this.t = parts.t
    this.language = parts.language
    this.io = parts.io
    this.options = parts.options
  }

  get json(): boolean {
    return this.options.json === true
  }

  /** @throws ConfigError */
  async config(): Promise<Config> {
    const { loadConfig } = await import('../config/load.ts')
    return loadConfig({ file: this.options.config, data: this.options.data })
  }

  /** @throws Refused */
  async run<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>> {
    this.#installation ??= this.#reach(name)
    return (await this.#installation).run(name, input)
  }

  /** Data: as JSON where that is wanted, else in words. */
  print(value: unknown, words: string): void {
    const text = this.json ? visibleJson(JSON.stringify(value, undefined, 2)) : visible(words)
    if (text !== '') this.io.stdout.write(`${text}\n`)
  }

  /** What is not data: hints, questions. */
  note(text: string): void {
    if (!this.json) this.io.stderr.write(`${text}\n`)
  }

  async close(): Promise<void> {
    const installation = this.#installation
    if (installation === undefined) return
    await installation.then(
      (open) => open.close(),
      () => {},
    )
  }

  async #reach(name: OperationName): Promise<Installation> {
    const [{ reach }, config] = await Promise.all([import('./reach.ts'), this.config()])
    // A mistyped folder must not become an empty installation.
    if (!mayBegin.has(name) && !existsSync(join(config.data, 'content'))) throw new CannotDo(this.t.trouble.noData(config.data))
    return reach(config, this.t)
  }
}
