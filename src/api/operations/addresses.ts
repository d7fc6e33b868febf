import type { Text } from '../../base/language.ts'
import { changeList } from '../../directory/change/lists.ts'
import { setMany } from '../../directory/change/many.ts'
import { setAddressSettings } from '../../directory/change/settings.ts'
import { countAddresses } from '../../directory/query/address-page.ts'
import { type DefaultsOf, defaultsQuery } from '../../directory/query/defaults.ts'
import { previewMany } from '../../directory/query/preview-many.ts'
import type { Selection } from '../../directory/query/selection.ts'
import type { DirectoryRefusal } from '../../directory/refusal.ts'
import { addressOverview, listEntries } from '../../directory/query/overview.ts'
import type { Address } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { addressPage } from '../address-page.ts'
import { change, type OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import { discreet } from '../discreet.ts'
import { directoryRefused } from '../directory-refused.ts'
import { Refused } from '../refused.ts'
import { reachOf } from '../principal.ts'
import { readAddress, readAddressSettings, readDomain, readListEntry, readName } from '../reading.ts'
import type { Operations } from '../operation.ts'

type Names = 'address.list' | 'address.defaults' | 'address.show' | 'address.set' | 'address.set-many' | 'address.change-list' | 'address.list-entries'

/** What each address decides for itself: its settings and its three lists. */
export const addressOperations: Operations<Names> = {
  async 'address.list'(context, { count, ...input }) {
    const { addresses, next } = await addressPage(context, input)
    const used = await context.store.usages(addresses.flatMap(({ mailbox }) => mailbox?.accountId ?? []))
    const search = { ...input, reach: reachOf(context.principal), domain: input.domain === undefined ? undefined : readDomain('domain', input.domain) }
    return {
      addresses: addresses.map(({ mailbox, ...listing }) => {
        if (mailbox === undefined) return { ...listing, mailbox }
        const { accountId, ...rest } = mailbox
        return { ...listing, mailbox: { ...rest, ...(used.get(accountId) ?? { usedBytes: 0, messages: 0 }) } }
      }),
      next,
      ...(count === true && { count: await context.directory.query(countAddresses, search) }),
    }
  },

  async 'address.defaults'(context, input) {
    const of = defaultsOf(input)
    const answer = await context.directory.query(defaultsQuery, of)
    if (answer.refused !== undefined) throw directoryRefused(discreet(answer.refused, context.principal), of.scope)
    return { settings: answer.found }
  },

  async 'address.show'(context, input) {
    const { mailbox, ...overview } = { spamScores: spamScores(context), ...(await overviewOf(context, readAddress('address', input.address))) }
    if (mailbox === undefined) return { ...overview, mailbox: undefined }
    const usage = await context.store.usage(mailbox.accountId as AccountId)
    return { ...overview, mailbox: { ...mailbox, ...usage } }
  },

  async 'address.set'(context, input) {
    const values = readAddressSettings(input.values)
    const done = await change(context, setAddressSettings, { address: readAddress('address', input.address), values }, (refusal) =>
      refusal.code === 'unknown' ? 'address' : 'values',
    )
    return { address: done.address, values, edit: done.edit }
  },

  async 'address.set-many'(context, input) {
    const template = typeof input.template === 'string' ? readName('template', input.template) : input.template
    const args = { selection: readSelection(context, input.select), values: readAddressSettings(input.values ?? {}), template }
    const found = await context.directory.query(previewMany, args)
    if (found.refused !== undefined) throw directoryRefused(discreet(found.refused, context.principal), manyField(found.refused))
    if (input.preview === true) return { ...found, edit: null, changed: 0 }
    return { ...found, ...(await change(context, setMany, args, manyField)) }
  },

  async 'address.change-list'(context, input) {
    const address = readAddress('address', input.address)
    const wrong: { entry: string; why: Text }[] = []
    const add = input.skipWrong === true ? readableEntries(input.add, wrong) : input.add.map((text) => readListEntry('add', text))
    const lists = { add, remove: input.remove.map((text) => readListEntry('remove', text)) }
    const done = await change(context, changeList, { address, list: input.list, ...lists }, (refusal) => (refusal.code === 'unknown' ? 'address' : 'add'))
    const { settings } = await overviewOf(context, address)
    return { ...done, wrong, mode: settings['list-mode'].value }
  },

  async 'address.list-entries'(context, input) {
    const address = readAddress('address', input.address)
    await overviewOf(context, address)
    return { entries: await context.directory.query(listEntries, { address, list: input.list }) }
  },
}

/** Of each strength that there is, but `off`. */
function spamScores({ directory }: OperationContext): Record<string, number> {
  const levels = ['very-low', 'low', 'medium', 'high', 'very-high'] as const
  return Object.fromEntries(levels.map((level) => [level, directory.settings[`spam.${level}`]]))
}

/** Those that can be read; the others go to `wrong`. */
function readableEntries(texts: readonly string[], wrong: { entry: string; why: Text }[]): string[] {
  return texts.flatMap((text) => {
    try {
      return [readListEntry('add', text)]
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      wrong.push({ entry: text, why: error.text })
      return []
    }
  })
}

function readSelection({ principal }: OperationContext, select: OperationInput<'address.set-many'>['select']): Selection {
  return {
    reach: reachOf(principal),
    addresses: select.addresses?.map((text) => readAddress('select.addresses', text)),
    domains: select.domains?.map((text) => readDomain('select.domains', text)),
    kind: select.kind,
    contains: select.contains?.trim().toLowerCase(),
    values: select.values && (readAddressSettings(select.values) as Selection['values']),
    template: select.template === undefined ? undefined : readName('select.template', select.template),
  }
}

function manyField(refusal: DirectoryRefusal): string {
  return refusal.code === 'unknown' && refusal.thing === 'domain' ? 'select.domains' : 'template'
}

async function overviewOf(context: OperationContext, address: Address) {
  const overview = await context.directory.query(addressOverview, { address })
  if (overview.refused !== undefined) throw directoryRefused(overview.refused, 'address')
  return overview.found
}

/** Exactly one of them. */
function defaultsOf({ domain, customer, plan }: OperationInput<'address.defaults'>): DefaultsOf {
  const given = [domain, customer, plan].filter((name) => name !== undefined)
  if (given.length !== 1)
    throw new Refused('input', 'domain', {
      en: 'name one of them: a domain, a customer, or a plan',
      de: 'nennen Sie eines davon: eine Domain, einen Kunden oder einen Plan',
    })
  if (domain !== undefined) return { scope: 'domain', name: readDomain('domain', domain) }
  return customer !== undefined ? { scope: 'customer', name: readName('customer', customer) } : { scope: 'plan', name: readName('plan', plan ?? '') }
}
