import type { Command } from 'commander'
import { mailTokenKinds } from '../../api/contract/identity-providers.ts'
import { branch, type Cli, collect, type Given, leaf } from '../command.ts'
import { firstLine } from '../password.ts'
import { WrongUse } from '../trouble.ts'

/** The service by which a customer's people sign in. */
export function identityProviderCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.identityProvider
  const provider = branch(program, 'identity-provider', words.about)
  const ofCustomer = (command: Command) => command.requiredOption('--customer <name>', words.customer)

  leaf(cli, provider, 'show', {
    summary: words.show,
    examples: ['identity-provider show --customer books'],
    options: ofCustomer,
    async run(invocation, given) {
      const done = await invocation.run('identity-provider.show', customer(given))
      const lines = Object.entries(done.provider ?? {}).map(([key, value]) => `${key}: ${shown(value)}`)
      invocation.print(done, lines.length === 0 ? words.none : lines.join('\n'))
    },
  })

  leaf(cli, provider, 'set', {
    summary: words.set,
    examples: [
      'identity-provider set --customer books --name Books --issuer https://id.books.example --client-id posthorn --client-secret-stdin < file',
      'identity-provider set --customer books --on on',
      'identity-provider set --customer books --domain books.example --required on',
    ],
    options: (command) =>
      ofCustomer(command)
        .option('--name <name>', words.name)
        .option('--issuer <url>', words.issuer)
        .option('--client-id <id>', words.clientId)
        .option('--client-secret-stdin', words.clientSecret)
        .option('--claim <claim>', words.claim)
        .option('--domain <domain>', words.domain, collect)
        .option('--on <on|off>', words.on)
        .option('--required <on|off>', words.required)
        .option('--vouches <on|off>', words.vouches)
        .option(`--mail-tokens <${mailTokenKinds.join('|')}>`, words.mailTokens)
        .option('--audience <audience>', words.audience),
    async run(invocation, given) {
      const clientSecret = given.flag('clientSecretStdin') ? await firstLine(invocation.io.stdin) : undefined
      const onOff = (option: string, field = option) => (given.text(option) === undefined ? {} : { [field]: isOn(given, option) })
      const texts = ['name', 'issuer', 'clientId', 'claim', 'audience'].flatMap((field) =>
        given.text(field) === undefined ? [] : [[field, given.text(field)]],
      )
      const domains = given.texts('domain')
      const done = await invocation.run('identity-provider.set', {
        ...customer(given),
        ...(Object.fromEntries(texts) as Record<string, string>),
        ...{ ...onOff('on'), ...onOff('required'), ...onOff('vouches') },
        ...(clientSecret !== undefined && { clientSecret }),
        ...(domains.length > 0 && { domains: domains.includes('all') ? null : [...domains] }),
        ...(given.text('mailTokens') !== undefined && { mailTokens: mailTokens(given) }),
      })
      invocation.print(done, words.done(done.customer, done.test !== null))
    },
  })

  leaf(cli, provider, 'test', {
    summary: words.test,
    examples: ['identity-provider test --customer books'],
    options: ofCustomer,
    async run(invocation, given) {
      const done = await invocation.run('identity-provider.test', customer(given))
      const lines = done.steps.map(({ step, good, detail }) => `${words.steps[step]}: ${good ? words.good : (detail ?? words.bad)}`)
      invocation.print(done, lines.join('\n'))
      return done.good ? undefined : 1
    },
  })

  leaf(cli, provider, 'unlink <address>', {
    summary: words.unlink,
    examples: ['identity-provider unlink ann@books.example --customer books'],
    options: ofCustomer,
    async run(invocation, given) {
      const done = await invocation.run('identity-provider.unlink', { ...customer(given), name: given.argument(0) })
      invocation.print(done, words.unlinked(done.name))
    },
  })

  leaf(cli, provider, 'remove', {
    summary: words.remove,
    examples: ['identity-provider remove --customer books'],
    options: ofCustomer,
    async run(invocation, given) {
      const done = await invocation.run('identity-provider.remove', customer(given))
      invocation.print(done, words.removed(done.customer))
    },
  })
}

function customer(given: Given): { readonly customer: string } {
  return { customer: given.text('customer') ?? '' }
}

function isOn(given: Given, option: string): boolean {
  const text = given.text(option)
  if (text === 'on' || text === 'off') return text === 'on'
  throw new WrongUse(`--${option}: on | off`)
}

function mailTokens(given: Given): (typeof mailTokenKinds)[number] {
  const kind = mailTokenKinds.find((one) => one === given.text('mailTokens'))
  if (kind === undefined) throw new WrongUse(`--mail-tokens: ${mailTokenKinds.join(' | ')}`)
  return kind
}

function shown(value: string | boolean | readonly string[] | null): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === null ? '-' : value.join(' ')
}
