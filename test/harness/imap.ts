import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { SignIn } from '../../src/auth/sign-in.ts'
import { type LogFields, silent } from '../../src/base/log.ts'
import { imapServer } from '../../src/imap/server.ts'
import type { ImapDependencies } from '../../src/imap/session.ts'
import type { Neighbours } from '../../src/directory/neighbours.ts'
import type { Person } from '../../src/directory/query/people.ts'
import { type Address, addressKey, parseAddress } from '../../src/mail/address.ts'
import type { AccountId } from '../../src/mail/ids.ts'
import type { Store } from '../../src/store/store.ts'
import { type Listener, listen } from '../../src/wire/listen.ts'
import { contextA } from './certificate.ts'
import { storeBeside } from './beside.ts'
import { openTestSqlite, type OpenDatabase } from './database.ts'
import { Player } from './play.ts'
import { passwordSignIn } from './sign-in.ts'
import { openTestStore, type TestStore } from './store.ts'

/** The IMAP server over a real store; whoever signs in with the password "secret" has an account, a new name a new one. */
export interface ImapUnderTest extends TestStore {
  readonly port: number
  readonly listener: Listener
  /** Of an IMAP server over a store as another process has it; -1: there is none. */
  readonly besidePort: number
  /** What was logged as an error. */
  readonly errors: LogFields[]
  /** A client that has read the greeting. */
  connect(options?: Parameters<typeof Player.connect>[1]): Promise<Player>
  /** A client signed in as `name`. */
  as(name: string): Promise<Player>
  accountOf(name: string): AccountId
  /** Who else there is (SPEC C9): whoever has an account; a name without a domain is one of a.example. */
  readonly people: People
  /** Names of files that lie in the spool folder. */
  spooled(): Promise<string[]>
}

export interface ImapTestOptions extends Partial<Pick<ImapDependencies, 'limits' | 'tls'>> {
  readonly open?: OpenDatabase
  readonly plaintext?: boolean
  readonly quotaBytes?: number
  /** Another server is there, whose store is another process's; messages between them take so long. */
  readonly besideMs?: () => number
  /** Called before each method of the store that answers with a promise, by name: to delay it, or to fail in its place. */
  readonly before?: (method: string) => Promise<void> | void
  readonly signIn?: Partial<PasswordDoor>
}

type PasswordDoor = Pick<SignIn, 'plaintextAllowed' | 'withPassword'>

export async function startImap(context: TestContext, options: ImapTestOptions = {}): Promise<ImapUnderTest> {
  const open: OpenDatabase = options.open ?? (async (opened, settings = {}) => (await openTestSqlite(opened, settings)).database)
  const testStore = await openTestStore(context, open, {
    isOnlyReader: options.besideMs === undefined,
    ...(options.quotaBytes !== undefined && { quotaBytes: options.quotaBytes }),
  })
  const spoolFolder = await mkdtemp(join(tmpdir(), 'posthorn-imap-'))
  context.after(() => rm(spoolFolder, { recursive: true, force: true }))
  const accounts = new Map<string, AccountId>()
  const accountOf = (name: string): AccountId => {
    let account = accounts.get(name)
    if (account === undefined) accounts.set(name, (account = (accounts.size + 1) as AccountId))
    return account
  }
  const people = new People(accounts)
  const errors: LogFields[] = []
  const dependencies = {
    signIn: passwordSignIn({ ...signInFor(accountOf, options.plaintext ?? true), ...options.signIn }),
    neighbours: people,
    serverNotes: () => people.serverNotes,
    tls: 'tls' in options ? options.tls : contextA,
    hostname: 'mx.a.example',
    version: '1.2.3',
    spoolFolder,
    ...(options.limits && { limits: options.limits }),
    clock: { now: () => testStore.clock.nowMs },
    log: { ...silent, error: (_event: string, fields: LogFields = {}) => void errors.push(fields) },
  }
  const serve = async (store: Store) => {
    const server = imapServer({ ...dependencies, store })
    const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: server.serve })
    context.after(async () => {
      await listener.close()
      server.close()
    })
    return listener
  }
  const listener = await serve(options.before === undefined ? testStore.store : calling(testStore.store, options.before))
  const beside = options.besideMs === undefined ? undefined : await serve(storeBeside(testStore, options.besideMs))
  const connect: ImapUnderTest['connect'] = async (where) => {
    const player = await Player.connect(listener.address.port, where)
    context.after(() => player.close())
    await player.play('S: * OK [CAPABILITY *] mx.a.example IMAP4rev1 ready')
    return player
  }
  return {
    ...testStore,
    port: listener.address.port,
    besidePort: beside?.address.port ?? -1,
    listener,
    errors,
    connect,
    accountOf,
    people,
    async as(name) {
      const player = await connect()
      await player.play(`C: L LOGIN ${name} secret\nS: L OK *`)
      return player
    },
    spooled: () => readdir(spoolFolder),
  }
}

function addressOf(name: string): Address {
  return parseAddress(name) ?? { localPart: name, domain: 'a.example' }
}

export class People implements Neighbours {
  readonly #accounts: ReadonlyMap<string, AccountId>
  /** What the operator says of the server. */
  serverNotes = { comment: '', admin: '' }
  readonly #listeners = new Set<() => void>()
  readonly #renamed = new Map<AccountId, string>()
  readonly #locked = new Set<AccountId>()

  constructor(accounts: ReadonlyMap<string, AccountId>) {
    this.#accounts = accounts
  }

  rename(accountId: AccountId, name: string): void {
    this.#renamed.set(accountId, name)
    for (const listener of this.#listeners) listener()
  }

  note(notes: Partial<People['serverNotes']>): void {
    this.serverNotes = { ...this.serverNotes, ...notes }
    for (const listener of this.#listeners) listener()
  }

  lock(accountId: AccountId): void {
    this.#locked.add(accountId)
    for (const listener of this.#listeners) listener()
  }

  async of(accountId: AccountId, others: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Person>> {
    const everybody = new Map([...this.#accounts].map(([name, id]): [AccountId, Person] => [id, this.#person(name, id)]))
    const domain = everybody.get(accountId)?.address.domain
    return new Map([...everybody].filter(([id, person]) => others.includes(id) && person.address.domain === domain))
  }

  async find(accountId: AccountId, text: string): Promise<Person | undefined> {
    const key = parseAddress(text)
    const people = await this.of(accountId, [...this.#accounts.values()])
    return key && [...people.values()].find(({ address }) => addressKey(address) === addressKey(key))
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #person(name: string, accountId: AccountId): Person {
    return { accountId, address: addressOf(this.#renamed.get(accountId) ?? name), locked: this.#locked.has(accountId) }
  }
}

function signInFor(accountOf: (name: string) => AccountId, plaintext: boolean): PasswordDoor {
  return {
    plaintextAllowed: ({ tls }) => tls || plaintext,
    async withPassword(username, password) {
      if (password !== 'secret') return { refused: 'credentials' }
      return { signedIn: { accountId: accountOf(username), address: addressOf(username) } }
    },
  }
}

function calling(store: Store, before: (method: string) => Promise<void> | void): Store {
  return new Proxy(store, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property)
      if (typeof member !== 'function') return member
      const method = (...args: unknown[]): unknown => Reflect.apply(member, target, args)
      if (property === 'listen' || property === 'messages') return method
      return async (...args: unknown[]) => {
        await before(String(property))
        return method(...args)
      }
    },
  })
}
