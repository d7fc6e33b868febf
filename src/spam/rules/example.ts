import type { SpamInput, StandingFacts } from '../input.ts'

/**
 * The message of an example in a rule file. Before its first field may stand what the server knows: `@spf fail`, `@dkim pass`, `@dmarc fail`,
 * `@helo name`, `@host name` (`@host -`: it has none), `@envelope address`, `@listed LIST 127.0.0.2` (what a blocklist answered), `@reputation address=0.6
 * domain=-0.9 wrote-to`, one a line.
 */
export function exampleInput(example: string): SpamInput {
  const known = new Map<string, string>()
  let message = example
  for (let line = /^@([a-z]+) (.*)\n/.exec(message); line !== null; line = /^@([a-z]+) (.*)\n/.exec(message)) {
    known.set(line[1] ?? '', line[2] ?? '')
    message = message.slice(line[0].length)
  }
  const host = known.get('host')
  const [list = '', ...codes] = known.get('listed')?.split(' ') ?? []
  return {
    octets: Buffer.from(message),
    client: { ip: '192.0.2.1', helo: known.get('helo') ?? 'mail.sender.example', hostName: host === '-' ? '' : host },
    envelope: known.has('envelope') ? { reversePath: known.get('envelope') ?? '', recipients: [] } : undefined,
    authentication: { spf: known.get('spf'), dkim: known.get('dkim'), dmarc: known.get('dmarc'), arc: known.get('arc') },
    standing: standingOf(known.get('reputation') ?? ''),
    listings: new Map([[list, codes]]),
  }
}

function standingOf(text: string): StandingFacts {
  const value = (name: string) => Number(new RegExp(`(?:^| )${name}=(-?[\\d.]+)`).exec(text)?.[1] ?? 0)
  return { address: value('address'), network: value('network'), domain: value('domain'), wroteTo: text.includes('wrote-to') }
}
