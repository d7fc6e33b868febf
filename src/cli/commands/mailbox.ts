import type { Command } from 'commander'
import { formatSize } from '../../directory/setting-kind.ts'
import { branch, type Cli, collect, leaf } from '../command.ts'
import { firstLine, readPassword } from '../password.ts'
import { allPages } from '../all-pages.ts'
import { table } from '../table.ts'
import { appPasswordCommand } from './app-password.ts'
import { grantCommand } from './grant.ts'
import { mailboxImportCommand } from './mailbox-import.ts'
import { sharingCommands } from './sharing.ts'
import { lockOf, wholeLockOptions } from './lock.ts'
import { CannotDo, WrongUse } from '../trouble.ts'

export function mailboxCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const mailbox = branch(program, 'mailbox', t.mailbox.about)
  const quota = (bytes: number | null) => (bytes === null || bytes === 0 ? t.unlimited : formatSize(bytes))

  leaf(cli, mailbox, 'add <address>', {
    summary: t.mailbox.add,
    examples: ['mailbox add ann@a.example', 'mailbox add ann@a.example --quota 4G --password-stdin < file'],
    options: (command) => command.option('--password-stdin', t.mailbox.passwordStdin).option('--quota <size>', t.mailbox.quotaOption),
    async run(invocation, given) {
      const address = given.argument(0)
      const password = await readPassword(invocation, address, given.flag('passwordStdin'))
      const size = given.text('quota')
      const done = await invocation.run('mailbox.add', {
        address,
        ...(password === undefined ? {} : { password }),
        ...(size === undefined ? {} : { quota: size }),
      })
      const words = done.password === undefined ? [] : [t.password.generated(done.address, done.password)]
      invocation.print(done, [t.mailbox.added(done.address), ...words].join('\n'))
    },
  })

  leaf(cli, mailbox, 'list', {
    summary: t.mailbox.list,
    examples: ['mailbox list', 'mailbox list --domain a.example --json'],
    options: (command) => command.option('--domain <domain>', t.mailbox.domainOption),
    async run(invocation, given) {
      const domain = given.text('domain')
      const mailboxes = await allPages(async (after) => {
        const { mailboxes: rows, next } = await invocation.run('mailbox.list', { domain, ...after })
        return { rows, next }
      })
      const rows = mailboxes.map((row) => [row.address, quota(row.quotaBytes)])
      invocation.print(mailboxes, table([t.columns.address, t.columns.quota], rows))
    },
  })

  mailboxImportCommand(cli, mailbox)

  leaf(cli, mailbox, 'rename <address> <new-address>', {
    summary: t.mailbox.rename,
    examples: ['mailbox rename info@a.example archive@a.example'],
    async run(invocation, given) {
      const done = await invocation.run('mailbox.rename', { from: given.argument(0), to: given.argument(1) })
      invocation.print(done, t.mailbox.renamed(done.from, done.to))
    },
  })

  leaf(cli, mailbox, 'password <address>', {
    summary: t.mailbox.password,
    examples: ['mailbox password ann@a.example', 'mailbox password ann@a.example --password-stdin < file'],
    options: (command) => command.option('--password-stdin', t.mailbox.passwordStdin),
    async run(invocation, given) {
      const address = given.argument(0)
      const password = await readPassword(invocation, address, given.flag('passwordStdin'))
      const done = await invocation.run('mailbox.password', { address, ...(password === undefined ? {} : { password }) })
      const words = done.password === undefined ? [] : [t.password.generated(done.address, done.password)]
      invocation.print(done, [t.mailbox.passwordSet(done.address), ...words].join('\n'))
    },
  })

  appPasswordCommand(cli, mailbox)
  grantCommand(cli, mailbox)

  leaf(cli, mailbox, 'quota <address> <size>', {
    summary: t.mailbox.quota,
    examples: ['mailbox quota ann@a.example 8G', 'mailbox quota ann@a.example plan'],
    async run(invocation, given) {
      const size = given.argument(1)
      const done = await invocation.run('mailbox.set', { address: given.argument(0), quota: size })
      invocation.print(done, t.mailbox.quotaSet(done.address, done.quotaBytes === null ? t.columns.plan : quota(done.quotaBytes)))
    },
  })

  leaf(cli, mailbox, 'lock <address>', {
    summary: t.mailbox.lock,
    examples: ['mailbox lock ann@a.example --reason "unpaid since May"', 'mailbox lock ann@a.example --reason "leave" --until 2027-03-01 --mail accept'],
    options: (command) => wholeLockOptions(command, t),
    async run(invocation, given) {
      const done = await invocation.run('mailbox.lock', { address: given.argument(0), ...lockOf(given) })
      invocation.print(done, t.mailbox.locked(done.address))
    },
  })

  leaf(cli, mailbox, 'unlock <address>', {
    summary: t.mailbox.unlock,
    examples: ['mailbox unlock ann@a.example'],
    async run(invocation, given) {
      const done = await invocation.run('mailbox.unlock', { address: given.argument(0) })
      invocation.print(done, t.mailbox.unlocked(done.address))
    },
  })

  leaf(cli, mailbox, 'forward <address>', {
    summary: t.mailbox.forward,
    examples: [
      'mailbox forward ann@a.example --to bob@a.example',
      'mailbox forward ann@a.example --to bob@a.example --no-copy',
      'mailbox forward ann@a.example --off',
    ],
    options: (command) =>
      command.option('--to <address>', t.mailbox.forwardTo, collect).option('--no-copy', t.mailbox.noCopy).option('--off', t.mailbox.forwardOff),
    async run(invocation, given) {
      const to = [...given.texts('to')]
      if (given.flag('off') && to.length > 0) throw new WrongUse(t.usage.notBoth('--off', '--to'))
      if (!given.flag('off') && to.length === 0) throw new WrongUse(t.usage.missingOption('--to'))
      const done = await invocation.run('mailbox.forward', { address: given.argument(0), to, keepCopy: given.flag('copy') })
      const words =
        done.targets.length === 0 ? t.mailbox.forwardsNoMore(done.address) : t.mailbox.forwards(done.address, done.targets.join(', '), done.keepCopy)
      invocation.print(done, words)
    },
  })

  sharingCommands(cli, mailbox)

  leaf(cli, mailbox, 'refile <address> <id> <inbox|spam>', {
    summary: t.mailbox.refile,
    examples: ['mailbox refile ann@a.example 0D4KX5GH3J01ABCD inbox'],
    async run(invocation, given) {
      const to = given.argument(2) as 'inbox' | 'spam'
      const done = await invocation.run('mailbox.refile', { address: given.argument(0), id: given.argument(1), to })
      invocation.print(done, done.moved ? t.mailbox.refiled[to] : t.mailbox.notRefiled)
      return done.moved ? 0 : 1
    },
  })

  leaf(cli, mailbox, 'remove <address>', {
    summary: t.mailbox.remove,
    examples: ['mailbox remove ann@a.example', 'mailbox remove ann@a.example --yes'],
    options: (command) => command.option('--yes', t.mailbox.yesOption),
    async run(invocation, given) {
      const address = given.argument(0)
      if (!given.flag('yes')) {
        if (invocation.io.stdin.isTTY !== true) throw new WrongUse(t.mailbox.needYes)
        invocation.io.stderr.write(t.mailbox.askRemove(address))
        if ((await firstLine(invocation.io.stdin)) !== address) throw new CannotDo(t.mailbox.notRemoved)
      }
      const done = await invocation.run('mailbox.remove', { address })
      invocation.print(done, t.mailbox.removed(done.address))
    },
  })
}
