import type { Command } from 'commander'
import type { OperationOutput } from '../../api/contract.ts'
import { type Cli, leaf } from '../command.ts'
import type { Language } from '../../base/language.ts'
import type { Texts } from '../texts/en.ts'

type Looked = OperationOutput<'domain.dns'>
type Part = Looked['parts'][number]

/** `posthorn domain dns`: what is in the DNS for a domain's mail, and what is wrong. */
export function domainDnsCommand(cli: Cli, domain: Command): void {
  const { t, language } = cli
  leaf(cli, domain, 'dns <domain>', {
    summary: t.domain.dns,
    examples: ['domain dns a.example', 'domain dns a.example --zone > a.example.zone'],
    options: (command) => command.option('--zone', t.domain.zoneOption),
    async run(invocation, given) {
      const looked = await invocation.run('domain.dns', { domain: given.argument(0) })
      invocation.print(looked, given.flag('zone') ? zone(looked, t) : report(looked, language, t))
      return looked.state === 'error' ? 1 : 0
    },
  })
}

function report({ next, parts }: Looked, language: Language, t: Texts): string {
  return [next[language], ...parts.map((part) => partReport(part, language, t))].join('\n\n')
}

function partReport({ name, state, findings, wanted, found }: Part, language: Language, t: Texts): string {
  const missing = wanted.filter(({ there }) => !there)
  // What stands there is of use where something else should.
  const now = missing.length === 0 && findings.length === 0 ? [] : found.map((record) => `  ${t.domain.found}: ${record.name} ${record.type} ${record.value}`)
  return [
    `${name[language]}: ${t.domain.states[state]}`,
    ...findings.map(({ severity, meaning, advice }) => `  ${t.domain.states[severity]}: ${meaning[language]} ${advice[language]}`),
    ...now,
    ...missing.map(({ line }) => `  ${t.domain.wanted}: ${line}`),
  ].join('\n')
}

/** The names of addresses and of the mail exchange stand in zones of their own. */
const elsewhere: ReadonlySet<string> = new Set(['reverse', 'dane'])

/** All that should be there; what is there already, and what belongs into another zone, as comments. */
function zone({ parts }: Looked, t: Texts): string {
  return parts
    .flatMap(({ part, wanted }) => wanted.map((record) => ({ ...record, isElsewhere: elsewhere.has(part) })))
    .map(({ line, there, isElsewhere }) => (there ? `; ${t.domain.there}: ${line}` : `${isElsewhere ? '; ' : ''}${line}`))
    .join('\n')
}
