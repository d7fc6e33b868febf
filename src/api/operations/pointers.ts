import { removeAddress } from '../../directory/change/addresses.ts'
import { addPointer, changeTargets } from '../../directory/change/pointers.ts'
import { addressOverview } from '../../directory/query/overview.ts'
import { addressPage } from '../address-page.ts'
import { change, type OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { PointerShown } from '../contract/pointers.ts'
import { readAddress } from '../reading.ts'
import { targetField } from '../target-field.ts'
import type { Operations } from '../operation.ts'

type Names = 'forward.add' | 'list.add' | 'alias.add' | 'pointer.list' | 'pointer.set' | 'pointer.remove'

/** Addresses that point at others: forwards, lists, aliases, and the catch-all `*@domain`. */
export const pointerOperations: Operations<Names> = {
  'forward.add': (context, input) => add(context, 'forward', input),
  'list.add': (context, input) => add(context, 'list', input),
  'alias.add': (context, input) => add(context, 'alias', input),

  async 'pointer.list'(context, input) {
    const { addresses, next } = await addressPage(context, input)
    return { addresses: addresses.map(({ address, targets }) => ({ address, kind: input.kind, targets })), next }
  },

  async 'pointer.set'(context, input) {
    const address = readAddress('address', input.address)
    const [toAdd, toRemove] = [input.add.map((text) => readAddress('add', text)), input.remove.map((text) => readAddress('remove', text))]
    await change(context, changeTargets, { address, kind: input.kind, add: toAdd, remove: toRemove }, (refusal) => targetField(refusal, address))
    const overview = await context.directory.query(addressOverview, { address })
    return { address: input.address, targets: 'found' in overview ? overview.found.targets : [] }
  },

  async 'pointer.remove'(context, input) {
    const { address } = await change(context, removeAddress, { address: readAddress('address', input.address), kind: input.kind }, () => 'address')
    return { address }
  },
}

async function add(context: OperationContext, kind: PointerShown['kind'], input: OperationInput<'list.add'>): Promise<PointerShown> {
  const address = readAddress('address', input.address)
  const targets = input.to.map((text) => readAddress('to', text))
  const done = await change(context, addPointer, { kind, address, targets }, (refusal) => targetField(refusal, address))
  return { address: done.address, kind, targets: done.targets }
}
