import type { Command } from 'commander'
import type { Cli, Given } from './command.ts'

const fields = ['operator', 'person', 'customer', 'address'] as const

/** Options that say whose tokens, sessions or second factors are meant. */
export function whoseOptions({ t }: Cli, command: Command): Command {
  return command
    .option('--operator <name>', t.whose.operator)
    .option('--person <address>', t.whose.person)
    .option('--customer <name>', t.person.customer)
    .option('--address <address>', t.whose.address)
}

export function whose(given: Given): Partial<Record<(typeof fields)[number], string>> {
  return Object.fromEntries(fields.flatMap((field) => (given.text(field) === undefined ? [] : [[field, given.text(field)]])))
}
