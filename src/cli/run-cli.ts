import { CommanderError } from 'commander'
import type { Cli } from './command.ts'
import { type Complaint, complaintOf } from './complaint.ts'
import type { Io } from './io.ts'
import { languageOf } from './language.ts'
import { makeProgram } from './program.ts'
import { commandOf, usageError } from './usage-error.ts'

/** Runs one command line and resolves to the exit code: 0 done, 1 refused or nothing found, 2 wrong use. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  const language = languageOf(io.env)
  const t = language === 'de' ? (await import('./texts/de.ts')).de : (await import('./texts/en.ts')).en
  const cli: Cli = { t, language, io, exitCode: 0 }
  const program = makeProgram(cli)
  try {
    if (argv.length === 0) {
      program.outputHelp()
      return 2
    }
    await program.parseAsync(argv, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end this way too; a command without its subcommand shows its help, and that is wrong use.
      if (error.exitCode === 0) return 0
      if (error.code === 'commander.help') {
        io.stderr.write(commandOf(program, argv).command.helpInformation())
        return 2
      }
      return complain(cli, argv, { code: 'usage', message: usageError(error, program, argv, cli.t), exitCode: 2 })
    }
    return complain(cli, argv, complaintOf(error, cli))
  }
}

function complain({ io }: Cli, argv: readonly string[], { exitCode, ...complaint }: Complaint): number {
  const text = argv.includes('--json') ? JSON.stringify({ error: complaint }) : complaint.message.replace(/^/gm, 'posthorn: ')
  io.stderr.write(`${text}\n`)
  return exitCode
}
