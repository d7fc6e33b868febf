import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { AddressShown } from '../../api/contract.ts'
import { addressSettings } from '../../directory/address-settings.ts'
import type { ListName } from '../../directory/lists.ts'
import { formatSize } from '../../directory/setting-kind.ts'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import type { Invocation } from '../invocation.ts'
import { readPairs } from '../pairs.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

export function addressCommand(cli: Cli, program: Command): void {
  const { t, language } = cli
  const address = branch(program, 'address', t.address.about)
  const keys = Object.entries(addressSettings).map(([key, { kind, meaning }]) => [`  ${key}=${kind.choices?.join('|') ?? ''}`, meaning[language]] as const)

  leaf(cli, address, 'show <address>', {
    summary: t.address.show,
    examples: ['address show ann@a.example', 'address show ann@a.example --json'],
    async run(invocation, given) {
      const shown = await invocation.run('address.show', { address: given.argument(0) })
      invocation.print(shown, words(shown, t))
    },
  })

  leaf(cli, address, 'set <address> [key=value...]', {
    summary: t.address.set,
    examples: ['address set ann@a.example spam-level=high greylisting=off', 'address set ann@a.example spam-level=inherit'],
    more: `${t.address.keys}\n${keys.map(([key, meaning]) => `${key}\n      ${meaning}`).join('\n')}`,
    async run(invocation, given) {
      const done = await invocation.run('address.set', { address: given.argument(0), values: readPairs(given.rest(1), 'inherit', t) })
      const pairs = Object.entries(done.values).map(([key, value]) => `${key}=${value ?? 'inherit'}`)
      invocation.print(done, t.address.set_(done.address, pairs.join(' ')))
    },
  })

  for (const [list, about] of [
    ['block', t.address.block],
    ['allow-only', t.address.allowOnly],
    ['let-through', t.address.letThrough],
  ] as const) {
    leaf(cli, address, `${list} <address> [entry...]`, {
      summary: about,
      examples: [
        `address ${list} ann@a.example b.example .c.example`,
        `address ${list} ann@a.example --import list.txt`,
        `address ${list} ann@a.example --remove b.example`,
      ],
      more: t.address.entries,
      options: (command) => command.option('--remove', t.address.remove).option('--import <file>', t.address.import).option('--export', t.address.export),
      run: (invocation, given) => changeList(invocation, given, list),
    })
  }
}

async function changeList(invocation: Invocation, given: Given, list: ListName): Promise<void> {
  const { t } = invocation
  const address = given.argument(0)
  const file = given.text('import')
  const typed = given.rest(1)
  if (given.flag('export')) {
    if (file !== undefined || typed.length > 0 || given.flag('remove'))
      throw new WrongUse(t.usage.notBoth('--export', file === undefined ? '--remove' : '--import'))
    const { entries } = await invocation.run('address.list-entries', { address, list })
    return invocation.print(entries, entries.join('\n'))
  }
  const entries = [...typed, ...(file === undefined ? [] : readEntries(file, t))]
  if (entries.length === 0) throw new WrongUse(t.usage.noEntries)
  const remove = given.flag('remove')
  const done = await invocation.run('address.change-list', { address, list, add: remove ? [] : entries, remove: remove ? entries : [] })
  invocation.print(done, t.address.listChanged(done.address, list, done))
  if (done.modeSet !== undefined) invocation.note(t.address.modeSet(done.modeSet))
  else if (list !== 'let-through' && done.length > 0 && done.mode !== list) invocation.note(t.address.notInForce(done.mode, list))
}

/** One entry a line; empty lines and what follows a # do not count. */
function readEntries(file: string, t: Texts): string[] {
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new WrongUse(t.usage.fileUnreadable(file, error instanceof Error ? error.message : String(error)), { cause: error })
  }
  return text
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*/, '').trim())
    .filter((line) => line !== '')
}

function words(shown: AddressShown, t: Texts): string {
  const lines = [`${shown.address}: ${t.address.kind[shown.kind]}, ${t.address.of(shown.customer, shown.plan)}`]
  if (shown.targets.length > 0) lines.push(`→ ${shown.targets.join(', ')}`)
  const { mailbox } = shown
  if (mailbox !== undefined) {
    const quota = mailbox.quotaBytes === null ? t.unlimited : formatSize(mailbox.quotaBytes)
    lines.push(t.address.holds(roundSize(mailbox.usedBytes), quota, mailbox.messages))
    if (mailbox.lockedReason !== null) lines.push(t.address.locked(mailbox.lockedReason))
  }
  const settings = Object.entries(shown.settings).map(([key, { value, from }]) => [key, value, t.address.source[from]])
  const lists = Object.entries(shown.lists).map(([list, length]) => [list, String(length), ''])
  return [...lines, '', table([t.columns.key, t.columns.value, t.columns.from], [...settings, ...lists])].join('\n')
}

/** For reading: "3.4M". */
function roundSize(bytes: number): string {
  const unit = ['', 'K', 'M', 'G', 'T'].findIndex((_, index, units) => bytes < 1024 ** (index + 1) || index === units.length - 1)
  const value = bytes / 1024 ** unit
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)}${['', 'K', 'M', 'G', 'T'][unit] ?? ''}`
}
