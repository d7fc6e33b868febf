import type { SpamInput } from '../input.ts'

/**
 * The message of an example in a rule file. Before its first field may stand what the server knows: `@spf fail`, `@dkim pass`, `@dmarc fail`,
 * `@helo name`, `@host name` (`@host -`: it has none), `@envelope address`, `@listed LIST 127.0.0.2` (what a blocklist answered), one a line.
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
    listings: new Map([[list, codes]]),
  }
}
