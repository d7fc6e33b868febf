import { type Command, Option } from 'commander'
import type { LockShown } from '../../api/contract/locks.ts'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'

/** `posthorn lock list`; locks are made where what they are of is. */
export function lockCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const lock = branch(program, 'lock', t.lock.about)

  leaf(cli, lock, 'list', {
    summary: t.lock.list,
    examples: ['lock list', 'lock list --json'],
    async run(invocation) {
      const { locks } = await invocation.run('lock.list', {})
      const { of, kind, reason, mail, by, since, until } = t.lock.columns
      invocation.print(
        locks,
        table(
          [of, kind, reason, mail, by, since, until],
          locks.map((one) => cells(one, t)),
        ),
      )
      if (locks.length > 0) return 0
      invocation.note(t.lock.nothing)
      return 1
    },
  })
}

function cells({ name, kind, reason, mail, by, since, until }: LockShown, t: Texts): string[] {
  const minute = (moment: string) => moment.slice(0, 16)
  return [name, t.lock.kinds[kind], reason, t.lock.mail[mail], by, minute(since), until === null ? '' : minute(until)]
}

export function lockOptions(command: Command, t: Texts): Command {
  return command.requiredOption('--reason <text>', t.mailbox.reasonOption).option('--until <time>', t.lock.until)
}

export function wholeLockOptions(command: Command, t: Texts): Command {
  return lockOptions(command, t).addOption(new Option('--mail <what>', t.lock.mailOption).choices(['accept', 'defer']))
}

interface LockInput {
  readonly reason: string
  readonly until?: string
  readonly mail?: 'accept' | 'defer'
}

/** What the options say. */
export function lockOf(given: Given): LockInput {
  const [until, mail] = [given.text('until'), given.text('mail')]
  return { reason: given.text('reason') ?? '', ...(until !== undefined && { until }), ...((mail === 'accept' || mail === 'defer') && { mail }) }
}
