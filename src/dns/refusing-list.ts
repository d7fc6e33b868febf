import { canonicalName } from './name.ts'

/** A blocklist of addresses whose listing refuses mail, as an operator writes it: `bl.example.org`, `bl.example.org=127.0.0.2`, `bl.example.org=127.0.0.2-11`. */
export interface RefusingList {
  readonly zone: string
  /** Does an answer of the list refuse? Without codes, any does. */
  readonly refuses: (code: string) => boolean
}

/** Several lists, with commas between them; '' is none. Undefined: cannot be read. */
export function readRefusingLists(text: string): readonly RefusingList[] | undefined {
  const lists = text === '' ? [] : text.split(',').map((one) => readList(one.trim()))
  return lists.every((list) => list !== undefined) ? lists : undefined
}

function readList(text: string): RefusingList | undefined {
  const [written = '', codes, more] = text.split('=')
  const zone = canonicalName(written)
  if (zone === undefined || more !== undefined || !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(zone)) return undefined
  if (codes === undefined) return { zone, refuses: () => true }
  const [, network = '', first = '', last = first] = /^(127\.\d{1,3}\.\d{1,3}\.)(\d{1,3})(?:-(\d{1,3}))?$/.exec(codes) ?? []
  if (network === '' || Number(first) > Number(last) || Number(last) > 255) return undefined
  return {
    zone,
    refuses: (code) => code.startsWith(network) && within(Number(code.slice(network.length)), Number(first), Number(last)),
  }
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}
