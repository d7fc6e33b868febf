import { Command } from 'commander'
import type { Language } from '../base/language.ts'
import { Invocation } from './invocation.ts'
import type { Io } from './io.ts'
import type { Texts } from './texts/en.ts'

/** What all commands of one call share. */
export interface Cli {
  readonly t: Texts
  readonly language: Language
  readonly io: Io
  /** 0 done, 1 refused or nothing found, 2 wrong use. */
  exitCode: number
}

/** What was given to a command, by name. */
export class Given {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #list: readonly (string | readonly string[])[]

  constructor(list: readonly (string | readonly string[])[], values: Readonly<Record<string, unknown>>) {
    this.#list = list
    this.#values = values
  }

  /** The n-th argument; commander has seen to it that it is there. */
  argument(index: number): string {
    const value = this.#list[index]
    return typeof value === 'string' ? value : ''
  }

  /** The arguments of `name...`. */
  rest(index: number): readonly string[] {
    const value = this.#list[index]
    return typeof value === 'object' ? value : []
  }

  text(option: string): string | undefined {
    const value = this.#values[option]
    return typeof value === 'string' ? value : undefined
  }

  texts(option: string): readonly string[] {
    const value = this.#values[option]
    return Array.isArray(value) ? value.map(String) : []
  }

  flag(option: string): boolean {
    return this.#values[option] === true
  }
}

interface Leaf {
  readonly summary: string
  /** Whole command lines, without "posthorn". */
  readonly examples: readonly string[]
  /** After the help: lists of keys and the like. */
  readonly more?: string
  /** Adds the command's own options. */
  options?(command: Command): Command
  /** Resolves to the exit code where it is not 0. */
  run(invocation: Invocation, given: Given): Promise<number | undefined> | Promise<void>
}

/** A command that does something. `syntax`: "add <domain>". */
export function leaf(cli: Cli, parent: Command, syntax: string, { summary, examples, more, options, run }: Leaf): Command {
  const [name = '', ...args] = syntax.split(' ')
  const command = parent.command([name, ...args].join(' ')).description(summary)
  options?.(command)
  command.option('--json', cli.t.global.json).option('--config <file>', cli.t.global.config).option('--data <folder>', cli.t.global.data)
  const lines = examples.map((example) => `  posthorn ${example}`)
  command.addHelpText('after', `${more === undefined ? '' : `\n${more}\n`}\n${cli.t.examples}\n${lines.join('\n')}\n`)
  return command.action(async (...all: unknown[]) => {
    // commander hands over the arguments, then the options, then the command.
    const values = all.at(-2) as Record<string, unknown>
    const invocation = new Invocation({ t: cli.t, language: cli.language, io: cli.io, options: values })
    try {
      cli.exitCode = (await run(invocation, new Given(all.slice(0, -2) as (string | string[])[], values))) ?? 0
    } finally {
      await invocation.close()
    }
  })
}

/** A command that has others below it. */
export function branch(program: Command, name: string, about: string): Command {
  return program.command(name).description(about)
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}
