import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { OpenDatabase } from './database.ts'
import { silent } from '../../src/base/log.ts'
import type { Database } from '../../src/database/database.ts'
import { type Address, formatAddress, parseAddress } from '../../src/mail/address.ts'
import { addMailbox } from '../../src/directory/change/addresses.ts'
import type { DirectoryChange } from '../../src/directory/change/change.ts'
import { addDomain } from '../../src/directory/change/organisation.ts'
import { addPointer } from '../../src/directory/change/pointers.ts'
import { Directory } from '../../src/directory/directory.ts'
import type { Recipient } from '../../src/directory/recipient.ts'
import type { DirectoryRefusal } from '../../src/directory/refusal.ts'
import { directoryMigrations } from '../../src/directory/schema.ts'

const modules = ['../../src/directory/catalogue.ts', './run-sql.ts'].map((module) => import.meta.resolve(module))

/** An address of a test. */
export function at(text: string): Address {
  const address = parseAddress(text)
  assert.ok(address, text)
  return address
}

/** A directory with short ways to change it. */
export class Desk {
  readonly directory: Directory
  readonly database: Database
  constructor(directory: Directory, database: Database) {
    this.directory = directory
    this.database = database
  }

  async make<A, R>(change: DirectoryChange<A, R>, args: A): Promise<R> {
    const result = await this.directory.change(change, 'test', args)
    assert.equal(result.refused, undefined)
    return result.done
  }

  async refused<A, R>(change: DirectoryChange<A, R>, args: A): Promise<DirectoryRefusal> {
    const result = await this.directory.change(change, 'test', args)
    assert.ok(result.refused, 'was not refused')
    return result.refused
  }

  domain(name: string, customer?: string) {
    return this.make(addDomain, { name, customer })
  }

  mailbox(address: string) {
    return this.make(addMailbox, { address: at(address), quotaBytes: null, credentials: [] })
  }

  pointer(kind: 'forward' | 'list' | 'alias', address: string, ...targets: string[]) {
    return this.make(addPointer, { kind, address: at(address), targets: targets.map(at) })
  }

  async found(address: string): Promise<Recipient> {
    const resolution = await this.directory.resolve(at(address))
    assert.ok(resolution.found, `${address}: ${resolution.found === undefined ? resolution.why : ''}`)
    return resolution.found
  }

  async reaches(address: string): Promise<string[]> {
    return (await this.found(address)).targets.map((target) => formatAddress(target.address)).sort()
  }

  async why(address: string): Promise<string | undefined> {
    const resolution = await this.directory.resolve(at(address))
    return resolution.found === undefined ? resolution.why : undefined
  }
}

/** A new, empty directory. */
export async function desk(context: TestContext, open: OpenDatabase): Promise<Desk> {
  const database = await open(context, { migrations: directoryMigrations, modules })
  const directory = await Directory.open({ database, clock: { now: () => 1_700_000_000_000 }, log: silent })
  context.after(() => directory.close())
  return new Desk(directory, database)
}
