import { parse, TomlError } from 'smol-toml'
import * as z from 'zod'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

/** "on" and "off" may be written as true and false, numbers without quotes; "inherit": not set here. */
const value = z.union([z.string(), z.number(), z.boolean()]).transform((given) => (given === true ? 'on' : given === false ? 'off' : String(given)))
const values = z.record(z.string(), value).default({})
const pointer = { to: z.union([z.string().transform((one) => [one]), z.array(z.string())]), values }

const address = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mailbox'), quota: z.string().optional(), password: z.string().optional(), values }),
  z.strictObject({ kind: z.literal('forward'), ...pointer }),
  z.strictObject({ kind: z.literal('list'), ...pointer }),
  z.strictObject({ kind: z.literal('alias'), ...pointer }),
])

const file = z.strictObject({
  settings: values,
  customers: z.record(z.string(), z.strictObject({ plan: z.string().optional(), values })).default({}),
  domains: z.record(z.string(), z.strictObject({ customer: z.string().optional(), values })).default({}),
  addresses: z.record(z.string(), address).default({}),
})

/** What there is to be; what it does not name stays as it is. */
export type Wanted = z.output<typeof file>
export type WantedAddress = z.output<typeof address>

/** A file of TOML, or of JSON where its name says so. @throws WrongUse */
export function readWanted(text: string, name: string, t: Texts): Wanted {
  let content: unknown
  try {
    content = name.toLowerCase().endsWith('.json') ? JSON.parse(text) : parse(text)
  } catch (error) {
    if (!(error instanceof TomlError || error instanceof SyntaxError)) throw error
    throw new WrongUse(t.apply.unreadable(name, error.message.split('\n')[0] ?? ''), { cause: error })
  }
  const read = file.safeParse(content)
  if (read.success) return read.data
  const lines = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new WrongUse(t.apply.unreadable(name, lines.join('; ')))
}
