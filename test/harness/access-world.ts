import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { OperationContext } from '../../src/api/context.ts'
import type { OperationInput, OperationName } from '../../src/api/contract.ts'
import type { Principal } from '../../src/api/principal.ts'
import { Refused } from '../../src/api/refused.ts'
import { runNamed, runOperation } from '../../src/api/run.ts'
import { operationContext } from '../../src/app/installation.ts'
import { openParts } from '../../src/app/open.ts'
import { silent } from '../../src/base/log.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { AccountId } from '../../src/mail/ids.ts'

/** Reseller north with its customer north.books (books.example); customer tools beside them (tools.example). */
export async function world(context: TestContext) {
  const data = mkdtempSync(join(tmpdir(), 'posthorn-access-'))
  context.after(() => rmSync(data, { recursive: true }))
  const parts = await openParts({ config: loadConfig({ data }), log: silent })
  context.after(() => parts.close())
  const all = operationContext(parts, silent)
  const by = (principal: Principal): OperationContext => ({ ...all, principal })
  const make = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => runOperation(all, name, input)
  for (const name of ['north', 'tools']) await make('customer.add', { name })
  await make('customer.set', { name: 'north', reseller: true })
  const north: Principal = { kind: 'person', personId: 1, name: 'nina@north.example', customerId: 1, role: 'owner' }
  await runOperation(by(north), 'customer.add', { name: 'books' })
  for (const [domain, customer] of [
    ['north.example', 'north'],
    ['books.example', 'north.books'],
    ['tools.example', 'tools'],
  ] as const)
    await make('domain.add', { domain, customer })
  const accounts = new Map<string, AccountId>()
  for (const address of ['ann@books.example', 'bob@books.example', 'tom@tools.example'])
    accounts.set(address, (await make('mailbox.add', { address, password: 'correct horse battery' })).accountId as AccountId)
  const person = (customerId: number, role: 'owner' | 'manager' | 'helpdesk' | 'read-only'): Principal => ({
    kind: 'person',
    personId: 9,
    name: 'x@north.example',
    customerId,
    role,
  })
  const mailbox = (localPart: string): Principal => ({
    kind: 'mailbox',
    accountId: accounts.get(`${localPart}@books.example`) as AccountId,
    address: { localPart, domain: 'books.example' },
    customerId: 3,
  })
  const refused = async (principal: Principal, name: string, input: unknown): Promise<Refused> => {
    try {
      await runNamed(by(principal), name, input)
    } catch (error) {
      if (error instanceof Refused) return error
      throw error
    }
    throw new Error(`${name} was not refused`)
  }
  const does = (principal: Principal, name: string, input: unknown) => runNamed(by(principal), name, input)
  return { make, does, refused, north, person, mailbox }
}
