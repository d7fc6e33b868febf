import type { Command, CommanderError } from 'commander'
import { nearest } from '../base/nearest.ts'
import type { Texts } from './texts/en.ts'

/** What commander found wrong, in our words and the user's language, with what would be right. */
export function usageError(error: CommanderError, program: Command, argv: readonly string[], t: Texts): string {
  const { command, path } = commandOf(program, argv)
  return `${messageOf(error, command, t)}\n${t.usage.tryHelp(path)}`
}

function messageOf(error: CommanderError, command: Command, t: Texts): string {
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  switch (error.code) {
    case 'commander.unknownCommand':
      return t.usage.unknownCommand(
        name,
        nearest(
          name,
          command.commands.map((below) => below.name()),
        ),
      )
    case 'commander.unknownOption':
      return t.usage.unknownOption(
        name,
        nearest(
          name,
          command.options.flatMap((option) => option.long ?? []),
        ),
      )
    case 'commander.missingArgument':
      return t.usage.missingArgument(name)
    case 'commander.optionMissingArgument':
      return t.usage.missingValue(name)
    case 'commander.missingMandatoryOptionValue':
      return t.usage.missingOption(name)
    case 'commander.excessArguments':
      return t.usage.tooMany
    default:
      return error.message.replace(/^error: /, '')
  }
}

/** The innermost command that the words name. */
export function commandOf(program: Command, argv: readonly string[]): { readonly command: Command; readonly path: string } {
  let command = program
  const path = ['posthorn']
  for (const word of argv) {
    const below = command.commands.find((candidate) => candidate.name() === word)
    if (below === undefined) break
    command = below
    path.push(word)
  }
  return { command, path: path.join(' ') }
}
