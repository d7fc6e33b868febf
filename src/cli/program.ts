import { Command } from 'commander'
import type { Cli } from './command.ts'
import { addressCommand } from './commands/address.ts'
import { applyCommand } from './commands/apply.ts'
import { auditCommand } from './commands/audit.ts'
import { autoresponderCommand } from './commands/autoresponder.ts'
import { checkConfigCommand } from './commands/check-config.ts'
import { customerCommand } from './commands/customer.ts'
import { dkimCommand } from './commands/dkim.ts'
import { dmarcCommand } from './commands/dmarc.ts'
import { tlsReportCommand } from './commands/tls-report.ts'
import { domainCommand } from './commands/domain.ts'
import { editCommand } from './commands/edit.ts'
import { oauthClientCommand } from './commands/grant.ts'
import { healthCommand } from './commands/health.ts'
import { journalCommand } from './commands/journal.ts'
import { learnCommand } from './commands/learn.ts'
import { letterCommand } from './commands/letter.ts'
import { lockCommand } from './commands/lock.ts'
import { mailboxCommand } from './commands/mailbox.ts'
import { operatorCommand } from './commands/operator.ts'
import { passwordCommand } from './commands/password.ts'
import { identityProviderCommand } from './commands/identity-provider.ts'
import { personCommand } from './commands/person.ts'
import { planCommand } from './commands/plan.ts'
import { pointerCommand } from './commands/pointer.ts'
import { queueCommand } from './commands/queue.ts'
import { rebuildCommand } from './commands/rebuild.ts'
import { reputationCommand } from './commands/reputation.ts'
import { relayCommand } from './commands/relay.ts'
import { settingCommand } from './commands/setting.ts'
import { statisticsCommand } from './commands/statistics.ts'
import { startCommand } from './commands/start.ts'
import { templateCommand } from './commands/template.ts'
import { secondFactorCommand, sessionCommand } from './commands/second-factor.ts'
import { tokenCommand } from './commands/token.ts'
import { webhookCommand } from './commands/webhook.ts'
import { verifyCommand } from './commands/verify.ts'
import { version } from '../app/version.ts'

/** The whole command line. Parsing throws CommanderError and prints nothing but help. */
export function makeProgram(cli: Cli): Command {
  const { t, io } = cli
  const titles: Readonly<Record<string, string>> = {
    'Usage:': t.help.usage,
    'Options:': t.help.options,
    'Arguments:': t.help.arguments,
    'Commands:': t.help.commands,
  }
  const program = new Command('posthorn')
  // What subcommands are made with is taken over from here, so this comes first.
  program
    .exitOverride()
    // --json belongs to the command that it follows: `journal` has some below it, and options of its own.
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: () => {} })
    .configureHelp({ styleTitle: (title) => titles[title] ?? title, helpWidth: 110 })
    .showSuggestionAfterError(false)
    .helpOption('-h, --help', t.help.show)
    .helpCommand('help [command]', t.help.showFor)
    .description(t.about)
    .version(version, '-V, --version', t.help.version)
    .addHelpText('after', `\n${t.help.more}`)

  startCommand(cli, program)
  domainCommand(cli, program)
  applyCommand(cli, program)
  mailboxCommand(cli, program)
  for (const kind of ['forward', 'list', 'alias'] as const) pointerCommand(cli, program, kind)
  addressCommand(cli, program)
  autoresponderCommand(cli, program)
  journalCommand(cli, program)
  auditCommand(cli, program)
  statisticsCommand(cli, program)
  queueCommand(cli, program)
  dkimCommand(cli, program)
  dmarcCommand(cli, program)
  reputationCommand(cli, program)
  relayCommand(cli, program)
  tlsReportCommand(cli, program)
  settingCommand(cli, program)
  customerCommand(cli, program)
  lockCommand(cli, program)
  letterCommand(cli, program)
  planCommand(cli, program)
  personCommand(cli, program)
  identityProviderCommand(cli, program)
  templateCommand(cli, program)
  editCommand(cli, program)
  operatorCommand(cli, program)
  tokenCommand(cli, program)
  oauthClientCommand(cli, program)
  passwordCommand(cli, program)
  webhookCommand(cli, program)
  secondFactorCommand(cli, program)
  sessionCommand(cli, program)
  checkConfigCommand(cli, program)
  learnCommand(cli, program)
  healthCommand(cli, program)
  verifyCommand(cli, program)
  rebuildCommand(cli, program)
  for (const command of program.commands) localise(command, cli)
  return program
}

/** Subcommands make their own help entries, in English. */
function localise(command: Command, cli: Cli): void {
  command.helpOption('-h, --help', cli.t.help.show)
  if (command.commands.length > 0) command.helpCommand('help [command]', cli.t.help.showFor)
  for (const below of command.commands) localise(below, cli)
}
