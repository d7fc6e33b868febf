import { type Command, Option } from 'commander'
import type { OperationInput, OperationOutput } from '../../api/contract.ts'
import type { AddressShown } from '../../api/contract/addresses.ts'
import { addressSettings } from '../../directory/address-settings.ts'
import { formatSize } from '../../directory/setting-kind.ts'
import { allPages } from '../all-pages.ts'
import { branch, type Cli, collect, type Given, leaf } from '../command.ts'
import { readPairs } from '../pairs.ts'
import { roundSize } from '../round-size.ts'
import { lockOf, lockOptions } from './lock.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'
import { previewOf, previewOption, printMany } from './edited.ts'
import { listCommands } from './address-lists.ts'

export function addressCommand(cli: Cli, program: Command): void {
  const { t, language } = cli
  const address = branch(program, 'address', t.address.about)
  const keys = Object.entries(addressSettings).map(([key, { kind, meaning }]) => [`  ${key}=${kind.choices?.join('|') ?? ''}`, meaning[language]] as const)

  leaf(cli, address, 'list', {
    summary: t.address.list,
    examples: ['address list --domain a.example', 'address list --contains book --kind list --json'],
    options: (command) =>
      command
        .option('--domain <domain>', t.mailbox.domainOption)
        .addOption(new Option('--kind <kind>', t.address.kindOption).choices(['mailbox', 'forward', 'list', 'alias']))
        .option('--contains <text>', t.address.contains),
    async run(invocation, given) {
      const [domain, contains] = [given.text('domain'), given.text('contains')]
      const kind = given.text('kind') as AddressShown['kind'] | undefined
      const addresses = await allPages(async (after) => {
        const { addresses: rows, next } = await invocation.run('address.list', { domain, kind, contains, ...after })
        return { rows, next }
      })
      const rows = addresses.map((row) => [
        row.address,
        t.address.kind[row.kind],
        row.targets.join(', '),
        row.mailbox === undefined ? '' : roundSize(row.mailbox.usedBytes),
      ])
      invocation.print(addresses, table([t.columns.address, t.columns.kind, t.columns.targets, t.columns.used], rows))
    },
  })

  leaf(cli, address, 'show <address>', {
    summary: t.address.show,
    examples: ['address show ann@a.example', 'address show ann@a.example --json'],
    async run(invocation, given) {
      const shown = await invocation.run('address.show', { address: given.argument(0) })
      invocation.print(shown, words(shown, t))
    },
  })

  leaf(cli, address, 'defaults', {
    summary: t.address.defaults,
    examples: ['address defaults --domain a.example', 'address defaults --plan standard --json'],
    options: (command) =>
      command
        .option('--domain <domain>', t.address.defaultsDomain)
        .option('--customer <customer>', t.address.defaultsCustomer)
        .option('--plan <plan>', t.address.defaultsPlan),
    async run(invocation, given) {
      const of = { domain: given.text('domain'), customer: given.text('customer'), plan: given.text('plan') }
      const shown = await invocation.run('address.defaults', of)
      invocation.print(shown, table([t.columns.key, t.columns.value, t.columns.from], settingRows(shown.settings, t)))
    },
  })

  leaf(cli, address, 'set <address> [address-or-key=value...]', {
    summary: t.address.set,
    examples: ['address set ann@a.example spam-level=high greylisting=off', 'address set ann@a.example bob@a.example spam-level=inherit'],
    more: `${t.address.keys}\n${keys.map(([key, meaning]) => `${key}\n      ${meaning}`).join('\n')}`,
    async run(invocation, given) {
      const name = given.argument(0)
      if (name.includes('=') && !name.includes('@')) throw new WrongUse(t.usage.noAddress(name))
      // No value of a setting holds an @.
      const isAddress = (text: string) => text.includes('@')
      const values = readPairs(
        given.rest(1).filter((text) => !isAddress(text)),
        'inherit',
        t,
      )
      const all: OperationOutput<'address.set'>[] = []
      for (const each of [name, ...given.rest(1).filter(isAddress)]) all.push(await invocation.run('address.set', { address: each, values }))
      const pairs = (done: (typeof all)[number]) => Object.entries(done.values).map(([key, value]) => `${key}=${value ?? 'inherit'}`)
      invocation.print(all.length === 1 ? all[0] : all, all.map((done) => t.address.changed(done.address, pairs(done).join(' '))).join('\n'))
    },
  })

  leaf(cli, address, 'set-many [key=value...]', {
    summary: t.address.setMany,
    examples: [
      'address set-many --domain a.example spam-level=high --preview',
      'address set-many --domain a.example --kind list --holding greylisting=off --template strict',
      'address set-many --contains sales --template none',
      'address set-many --all language=de',
    ],
    options: (command) =>
      previewOption(
        command
          .option('--domain <domain>', t.address.manyDomain, collect)
          .option('--address <address>', t.address.manyAddress, collect)
          .addOption(new Option('--kind <kind>', t.address.kindOption).choices(['mailbox', 'forward', 'list', 'alias']))
          .option('--contains <text>', t.address.contains)
          .option('--holding <key=value>', t.address.manyHolding, collect)
          .option('--with-template <name>', t.address.manyWithTemplate)
          .option('--all', t.address.manyAll)
          .option('--template <name>', t.address.manyTemplate),
        t,
      ),
    async run(invocation, given) {
      const select = selectionOf(given, t)
      if (Object.keys(select).length === 0 && !given.flag('all')) throw new WrongUse(t.address.manyWhich)
      const template = given.text('template')
      const values = template !== undefined && given.rest(0).length === 0 ? {} : readPairs(given.rest(0), 'inherit', t)
      const gives = { values, ...(template !== undefined && { template: template === 'none' ? null : template }) }
      printMany(invocation, await invocation.run('address.set-many', { select, ...gives, ...previewOf(given) }), given)
    },
  })

  leaf(cli, address, 'lock-sending <address>', {
    summary: t.address.lockSending,
    examples: ['address lock-sending ann@a.example --reason "sends spam since 14:10"'],
    options: (command) => lockOptions(command, t),
    async run(invocation, given) {
      const done = await invocation.run('address.lock-sending', { address: given.argument(0), ...lockOf(given) })
      invocation.print(done, t.address.sendingLocked(done.address))
    },
  })

  leaf(cli, address, 'unlock-sending <address>', {
    summary: t.address.unlockSending,
    examples: ['address unlock-sending ann@a.example'],
    async run(invocation, given) {
      const done = await invocation.run('address.unlock-sending', { address: given.argument(0) })
      invocation.print(done, t.address.sendingUnlocked(done.address))
    },
  })

  listCommands(cli, address)
}

/** Which addresses are meant. */
function selectionOf(given: Given, t: Texts): OperationInput<'address.set-many'>['select'] {
  const [addresses, domains, holding] = [given.texts('address'), given.texts('domain'), given.texts('holding')]
  const [kind, contains, template] = [given.text('kind'), given.text('contains'), given.text('withTemplate')]
  return {
    ...(addresses.length > 0 && { addresses: [...addresses] }),
    ...(domains.length > 0 && { domains: [...domains] }),
    ...(kind !== undefined && { kind: kind as AddressShown['kind'] }),
    ...(contains !== undefined && { contains }),
    ...(holding.length > 0 && { values: readPairs(holding, 'inherit', t) as Record<string, string> }),
    ...(template !== undefined && { template }),
  }
}

function words(shown: AddressShown, t: Texts): string {
  const lines = [`${shown.address}: ${t.address.kind[shown.kind]}, ${t.address.of(shown.customer, shown.plan)}`]
  const { mailbox } = shown
  const keepCopy = mailbox?.keepCopy ?? undefined
  if (shown.targets.length > 0) lines.push(`→ ${shown.targets.join(', ')}${keepCopy === undefined ? '' : t.address.keepsCopy(keepCopy)}`)
  if (mailbox !== undefined) {
    const quota = mailbox.quotaBytes === null ? t.unlimited : formatSize(mailbox.quotaBytes)
    lines.push(t.address.holds(roundSize(mailbox.usedBytes), quota, mailbox.messages))
    if (mailbox.lockedReason !== null) lines.push(t.address.locked(mailbox.lockedReason))
    if (mailbox.autoresponder !== null) lines.push(t.address.answers(mailbox.autoresponder))
    if (mailbox.sendingLockedReason !== null) lines.push(t.address.sendingLockedBecause(mailbox.sendingLockedReason))
  }
  const lists = Object.entries(shown.lists).map(([list, length]) => [list, String(length), ''])
  return [...lines, '', table([t.columns.key, t.columns.value, t.columns.from], [...settingRows(shown.settings, t), ...lists])].join('\n')
}

function settingRows(settings: AddressShown['settings'], t: Texts): string[][] {
  return Object.entries(settings).map(([key, { value, from, template }]) => [
    key,
    value,
    template === undefined ? t.address.source[from] : t.address.template(template),
  ])
}
