import { LRUCache } from 'lru-cache'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../database/database.ts'
import type { Ephemeral } from '../../ephemeral/ephemeral.ts'
import type { AccountId } from '../../mail/ids.ts'
import { Model, type ModelKind } from '../../spam/learn/model.ts'
import { readModel } from '../../spam/learn/model-octets.ts'
import { installation, keepModelChange, type Lesson, modelQuery, taughtAccountsQuery } from '../../store/learned.ts'
import type { JudgeJob } from './calls.ts'

/** Mailboxes' models in memory, of 736 kB each. */
const maxModels = 64
/** Octets of a part: none holds the writer for long. */
const partOctets = 1024 * 1024
/** On this topic processes are told whose model is another now. */
const topic = 'spam-model'

export interface ModelsOptions {
  readonly database: Pick<Database, 'query' | 'change'>
  readonly ephemeral: Pick<Ephemeral, 'publish' | 'subscribe'>
  readonly log: Log
}

/** What was learned, of the installation and of mailboxes, as threads share it. Kept in the database; the newest used ones are in memory. */
export class LearnedModels {
  readonly #options: ModelsOptions
  /** Accounts that have a model; most have none. */
  readonly #taught: Set<AccountId>
  readonly #loaded = new LRUCache<AccountId, Promise<SharedArrayBuffer | undefined>>({ max: maxModels })
  #installation: Promise<SharedArrayBuffer | undefined>
  readonly #unsubscribe: () => void
  #teaches = false

  private constructor(options: ModelsOptions, taught: readonly AccountId[]) {
    this.#options = options
    this.#taught = new Set(taught)
    this.#installation = this.#load(installation)
    this.#unsubscribe = options.ephemeral.subscribe(topic, (message) => this.#changedElsewhere(Number(message) as AccountId))
  }

  static async open(options: ModelsOptions): Promise<LearnedModels> {
    return new LearnedModels(options, await options.database.query(taughtAccountsQuery, {}))
  }

  /** From now on this process is the one that teaches: what it has in memory is the newest. */
  startTeaching(): void {
    this.#teaches = true
  }

  /** What a message for these accounts is judged by. */
  async of(accounts: readonly AccountId[]): Promise<JudgeJob['models']> {
    const own: [AccountId, SharedArrayBuffer][] = []
    for (const accountId of accounts) {
      const model = await this.#find(accountId)
      if (model !== undefined) own.push([accountId, model])
    }
    return { installation: await this.#installation, own }
  }

  /** To be taught: a new one where there is none. In one process only. */
  async toTeach(accountId: AccountId): Promise<SharedArrayBuffer> {
    const found = await this.#find(accountId)
    if (found !== undefined) return found
    const kind: ModelKind = accountId === installation ? 'installation' : 'mailbox'
    const made = Model.create(kind, true).buffer as SharedArrayBuffer
    this.#taught.add(accountId)
    if (accountId === installation) this.#installation = Promise.resolve(made)
    else this.#loaded.set(accountId, Promise.resolve(made))
    return made
  }

  /** Stores it, as `writeModel` wrote it, and with it that these lessons are learned. */
  async keep(accountId: AccountId, written: Uint8Array, learned: readonly Lesson[]): Promise<void> {
    const { database, ephemeral } = this.#options
    const parts = Math.ceil(written.length / partOctets)
    for (let part = 0; part < parts; part++) {
      const octets = written.subarray(part * partOctets, (part + 1) * partOctets)
      await database.change(keepModelChange, { accountId, part, octets, ...(part === parts - 1 && { last: { learned } }) })
    }
    ephemeral.publish(topic, String(accountId))
  }

  close(): void {
    this.#unsubscribe()
  }

  #find(accountId: AccountId): Promise<SharedArrayBuffer | undefined> {
    if (accountId === installation) return this.#installation
    if (!this.#taught.has(accountId)) return Promise.resolve(undefined)
    let loading = this.#loaded.get(accountId)
    if (loading === undefined) this.#loaded.set(accountId, (loading = this.#load(accountId)))
    return loading
  }

  /** What cannot be read is as if it had not been learned: mail is judged without it. */
  async #load(accountId: AccountId): Promise<SharedArrayBuffer | undefined> {
    try {
      const parts = await this.#options.database.query(modelQuery, { accountId })
      if (parts.length === 0) return undefined
      return readModel(accountId === installation ? 'installation' : 'mailbox', Buffer.concat(parts), true)?.buffer as SharedArrayBuffer | undefined
    } catch (err) {
      this.#options.log.error('what the content filter has learned cannot be read', { accountId, err })
      return undefined
    }
  }

  /** Whoever taught it has it already. */
  #changedElsewhere(accountId: AccountId): void {
    if (this.#teaches) return
    this.#taught.add(accountId)
    if (accountId === installation) this.#installation = this.#load(installation)
    else this.#loaded.delete(accountId)
  }
}
