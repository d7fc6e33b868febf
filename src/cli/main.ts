import { runCli } from './run-cli.ts'

// Whatever a command or the server makes is mail, or leads to it: nobody else's business.
process.umask(0o077)

const { stdin, stdout, stderr, env } = process
// A reader that has seen enough (`posthorn journal | head`) is no fault.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
process.exitCode = await runCli(process.argv.slice(2), { stdin, stdout, stderr, env })
