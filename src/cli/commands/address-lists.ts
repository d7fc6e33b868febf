import type { Command } from 'commander'
import { directoryRefused } from '../../api/directory-refused.ts'
import { formatListEntry, maxListEntries, parseListEntry } from '../../directory/list-entry.ts'
import type { ListName } from '../../directory/lists.ts'
import { type Cli, type Given, leaf } from '../command.ts'
import type { Invocation } from '../invocation.ts'
import { readText } from '../read-text.ts'
import { WrongUse } from '../trouble.ts'

/** Wrong lines of a file that are shown; the rest is counted. */
const maxShown = 10

/** `address block`, `allow-only` and `let-through`: the three lists of SPEC A3. */
export function listCommands(cli: Cli, address: Command): void {
  const { t } = cli
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

async function changeList(invocation: Invocation, given: Given, list: ListName): Promise<number> {
  const { t } = invocation
  const address = given.argument(0)
  const file = given.text('import')
  const typed = given.rest(1)
  const remove = given.flag('remove')
  if (given.flag('export')) {
    if (file !== undefined || typed.length > 0 || remove) throw new WrongUse(t.usage.notBoth('--export', file === undefined ? '--remove' : '--import'))
    const { entries } = await invocation.run('address.list-entries', { address, list })
    invocation.print(entries, entries.join('\n'))
    return 0
  }
  const entries = [...new Set([...typed, ...(file === undefined ? [] : await readEntries(file, invocation))])]
  if (entries.length === 0) throw new WrongUse(t.usage.noEntries)
  if (entries.length > maxListEntries) throw directoryRefused({ code: 'too-many', of: 'list-entries', limit: maxListEntries, plan: undefined })
  const done = await invocation.run('address.change-list', { address, list, add: remove ? [] : entries, remove: remove ? entries : [] })
  invocation.print(done, t.address.listChanged(done.address, list, done))
  if (remove && done.removed < entries.length) invocation.note(t.address.notListed(entries.length - done.removed))
  if (done.modeSet !== undefined) invocation.note(t.address.modeSet(done.modeSet))
  else if (list !== 'let-through' && done.length > 0 && done.mode !== list) invocation.note(t.address.notInForce(done.mode, list))
  return remove && done.removed === 0 ? 1 : 0
}

/** One entry a line, in its one spelling; empty lines and what follows a # do not count. */
async function readEntries(file: string, invocation: Invocation): Promise<string[]> {
  const { t } = invocation
  const entries: string[] = []
  const wrong: string[] = []
  const lines = (await readText(file, invocation)).split('\n')
  for (const [index, line] of lines.entries()) {
    const written = line.replace(/(?:^|\s)#.*/, '').trim()
    if (written === '') continue
    const entry = parseListEntry(written)
    if (entry === undefined) wrong.push(t.usage.badLine(file, index + 1, written))
    else entries.push(formatListEntry(entry))
  }
  if (wrong.length === 0) return entries
  const more = Math.max(0, wrong.length - maxShown)
  throw new WrongUse([...wrong.slice(0, maxShown), t.usage.badLines(more, t.address.entries)].join('\n'))
}
