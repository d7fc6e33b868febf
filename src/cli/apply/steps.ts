import type { OperationInput, OperationName, OperationOutput } from '../../api/contract.ts'
import type { AddressShown } from '../../api/contract/addresses.ts'
import { Refused } from '../../api/refused.ts'
import { addressSettings, isAddressSettingKey } from '../../directory/address-settings.ts'
import { formatSize, parseSize } from '../../directory/setting-kind.ts'
import { isSettingKey, settingOf } from '../../directory/settings.ts'
import { allPages } from '../all-pages.ts'
import type { Wanted, WantedAddress } from './wanted.ts'

/** One operation that is missing. */
export interface Step {
  /** `+ domain a.example`, `~ address ann@a.example  greylisting: on -> off`. */
  readonly line: string
  readonly name: OperationName
  readonly input: OperationInput<OperationName>
}

type Run = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => Promise<OperationOutput<Name>>

function step<Name extends OperationName>(line: string, name: Name, input: OperationInput<Name>): Step {
  return { line, name, input }
}

/** What is to be done so that all is as it is wanted, in an order in which it can be done. Reads only. */
export async function missingSteps(run: Run, wanted: Wanted): Promise<readonly Step[]> {
  const addresses = Object.entries(wanted.addresses)
  const steps = [...(await customerSteps(run, wanted)), ...(await domainSteps(run, wanted))]
  // What others may point at comes first.
  for (const isMailbox of [true, false]) {
    for (const [address, one] of addresses) if ((one.kind === 'mailbox') === isMailbox) steps.push(...(await addressSteps(run, address, one)))
  }
  return [...steps, ...(await settingSteps(run, wanted))]
}

async function customerSteps(run: Run, wanted: Wanted): Promise<Step[]> {
  const there = await allPages(async (after) => {
    const { customers: rows, next } = await run('customer.list', after)
    return { rows, next }
  })
  return Object.entries(wanted.customers).flatMap(([name, { plan, values }]) => {
    const known = there.find((one) => one.name === name.toLowerCase())
    const added = known === undefined ? [step(`+ customer ${name}${plan === undefined ? '' : `  plan ${plan}`}`, 'customer.add', { name, plan })] : []
    const planned = known !== undefined && plan !== undefined && plan.toLowerCase() !== known.plan
    const changes = changed(values, (key) => known?.values[key])
    return [
      ...added,
      ...(planned ? [step(`~ customer ${name}  plan: ${known.plan} -> ${plan}`, 'customer.set', { name, plan })] : []),
      ...(changes === undefined ? [] : [step(`~ customer ${name}  ${changes.words}`, 'customer.set', { name, values: changes.values })]),
    ]
  })
}

async function domainSteps(run: Run, wanted: Wanted): Promise<Step[]> {
  const there = await allPages(async (after) => {
    const { domains: rows, next } = await run('domain.list', after)
    return { rows, next }
  })
  return Object.entries(wanted.domains).flatMap(([domain, { customer, values }]) => {
    const known = there.find((one) => one.domain === domain.toLowerCase())
    const added =
      known === undefined ? [step(`+ domain ${domain}${customer === undefined ? '' : `  customer ${customer}`}`, 'domain.add', { domain, customer })] : []
    const changes = changed(values, (key) => known?.values[key])
    return [...added, ...(changes === undefined ? [] : [step(`~ domain ${domain}  ${changes.words}`, 'domain.set', { domain, values: changes.values })])]
  })
}

async function addressSteps(run: Run, address: string, wanted: WantedAddress): Promise<Step[]> {
  const known = await shown(run, address)
  const own = (key: string) => (known?.settings[key]?.from === 'address' ? known.settings[key].value : undefined)
  const changes = changed(wanted.values, own)
  const values = changes === undefined ? [] : [step(`~ address ${address}  ${changes.words}`, 'address.set', { address, values: changes.values })]
  if (wanted.kind === 'mailbox') return [...mailboxSteps(address, wanted, known), ...values]
  const { kind, to } = wanted
  if (known === undefined) return [step(`+ ${kind} ${address}  -> ${to.join(', ')}`, `${kind}.add`, { address, to }), ...values]
  const [before, after] = [known.targets.map(lower), to.map(lower)]
  const add = to.filter((target) => !before.includes(lower(target)))
  const remove = kind === 'list' ? known.targets.filter((target) => !after.includes(lower(target))) : []
  if (known.kind === kind && add.length + remove.length === 0) return values
  const words = [...add.map((target) => `+${target}`), ...remove.map((target) => `-${target}`)].join(' ')
  return [step(`~ ${kind} ${address}  ${words}`, 'pointer.set', { kind, address, add, remove }), ...values]
}

function mailboxSteps(address: string, { quota, password }: WantedAddress & { readonly kind: 'mailbox' }, known: AddressShown | undefined): Step[] {
  // A forward or list of this name is refused in words when it is tried.
  if (known?.mailbox === undefined) {
    return [step(`+ mailbox ${address}${quota === undefined ? '' : `  quota ${quota}`}`, 'mailbox.add', { address, quota, password })]
  }
  const before = known.mailbox.quotaBytes
  if (quota === undefined || quota === 'plan' || (parseSize(quota) ?? null) === before) return []
  return [step(`~ mailbox ${address}  quota: ${before === null ? 'none' : formatSize(before)} -> ${quota}`, 'mailbox.set', { address, quota })]
}

async function settingSteps(run: Run, wanted: Wanted): Promise<Step[]> {
  if (Object.keys(wanted.settings).length === 0) return []
  const { settings } = await run('setting.list', {})
  const changes = changed(wanted.settings, (key) => {
    const known = settings.find((one) => one.key === key)
    return known?.set === true ? known.value : undefined
  })
  return changes === undefined ? [] : [step(`~ settings  ${changes.words}`, 'setting.set', { values: changes.values })]
}

/** Undefined: there is none. */
async function shown(run: Run, address: string): Promise<AddressShown | undefined> {
  try {
    return await run('address.show', { address })
  } catch (error) {
    if (error instanceof Refused && error.code === 'unknown') return undefined
    throw error
  }
}

/** Values that differ from those of its own that are there; undefined: none does. */
function changed(
  wanted: Readonly<Record<string, string>>,
  own: (key: string) => string | undefined,
): { readonly words: string; readonly values: Readonly<Record<string, string | null>> } | undefined {
  const changes = Object.entries(wanted).flatMap(([key, text]) => {
    const [before, after] = [own(key), text === 'inherit' ? undefined : spelt(key, text)]
    return before === after ? [] : [{ key, after: after ?? null, words: `${key}: ${before ?? 'inherit'} -> ${after ?? 'inherit'}` }]
  })
  if (changes.length === 0) return undefined
  return { words: changes.map(({ words }) => words).join(', '), values: Object.fromEntries(changes.map(({ key, after }) => [key, after])) }
}

/** A value in the one spelling that is kept; what is none is left for the operation to refuse. */
function spelt(key: string, text: string): string {
  const kind = isAddressSettingKey(key) ? addressSettings[key].kind : isSettingKey(key) ? settingOf(key).kind : undefined
  const read = kind?.parse(text)
  return kind === undefined || read === undefined ? text : kind.format(read)
}

function lower(text: string): string {
  return text.toLowerCase()
}
