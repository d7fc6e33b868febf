import type { Command } from 'commander'
import type { DkimKeyShown, DkimRecordShown } from '../../api/contract/dkim.ts'
import { branch, type Cli, leaf } from '../command.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'

export function dkimCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const dkim = branch(program, 'dkim', t.dkim.about)

  leaf(cli, dkim, 'list', {
    summary: t.dkim.list,
    examples: ['dkim list', 'dkim list --domain a.example --json'],
    options: (command) => command.option('--domain <domain>', t.dkim.domain),
    async run(invocation, given) {
      const domain = given.text('domain')
      const { keys } = await invocation.run('dkim.list', domain === undefined ? {} : { domain })
      invocation.print(keys, keyTable(keys, t))
      if (keys.length > 0) return 0
      invocation.note(t.dkim.nothing)
      return 1
    },
  })

  leaf(cli, dkim, 'records <domain>', {
    summary: t.dkim.records,
    examples: ['dkim records a.example', 'dkim records mx.example.org --json'],
    async run(invocation, given) {
      const { records } = await invocation.run('dkim.records', { domain: given.argument(0) })
      invocation.print(records, zone(records, t))
    },
  })

  leaf(cli, dkim, 'check <domain>', {
    summary: t.dkim.check,
    examples: ['dkim check a.example'],
    async run(invocation, given) {
      const { keys } = await invocation.run('dkim.check', { domain: given.argument(0) })
      invocation.print(keys, keyTable(keys, t))
      return keys.every(({ state, seen }) => state === 'withdrawn' || seen === 'fine') ? 0 : 1
    },
  })

  leaf(cli, dkim, 'rotate <domain>', {
    summary: t.dkim.rotate,
    examples: ['dkim rotate a.example'],
    async run(invocation, given) {
      const { records } = await invocation.run('dkim.rotate', { domain: given.argument(0) })
      invocation.print(records, zone(records, t))
    },
  })
}

function keyTable(keys: readonly DkimKeyShown[], t: Texts): string {
  if (keys.length === 0) return ''
  const c = t.dkim.columns
  const rows = keys.map((key) => [key.domain, key.selector, t.dkim.states[key.state], key.since.slice(0, 10), t.dkim.seen[key.seen]])
  return table([c.domain, c.selector, c.state, c.since, c.dns], rows)
}

/** As a zone file has it; what is said of each is a comment there. */
function zone(records: readonly DkimRecordShown[], t: Texts): string {
  return records
    .map(({ name, strings, state, seen, wanted }) => {
      const text = `${name}. IN TXT ( ${strings.map((string) => `"${string}"`).join(' ')} )`
      return `; ${t.dkim.states[state]}, ${t.dkim.seen[seen]}\n${wanted ? text : `; ${text}`}`
    })
    .join('\n')
}
