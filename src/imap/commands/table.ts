import type { ImapCommand } from '../command.ts'
import { deleteAcl, getAcl, listRights, myRights, setAcl } from './acl.ts'
import { append } from './append.ts'
import { authenticate } from './authenticate.ts'
import { cancelUpdate } from './cancel-update.ts'
import { capability } from './capability.ts'
import { close, unselect } from './close.ts'
import { compress } from './compress.ts'
import { copy, move, uidCopy, uidMove } from './copy.ts'
import { create } from './create.ts'
import { deleteMailbox } from './delete.ts'
import { enable } from './enable.ts'
import { esearch } from './esearch.ts'
import { expunge, uidExpunge } from './expunge.ts'
import { fetch, uidFetch } from './fetch.ts'
import { id } from './id.ts'
import { idle } from './idle.ts'
import { list, lsub } from './list.ts'
import { login } from './login.ts'
import { logout } from './logout.ts'
import { getMetadata, setMetadata } from './metadata.ts'
import { namespace } from './namespace.ts'
import { check, noop } from './noop.ts'
import { notify } from './notify.ts'
import { getQuota, getQuotaRoot, setQuota } from './quota.ts'
import { rename } from './rename.ts'
import { replace, uidReplace } from './replace.ts'
import { search, uidSearch } from './search.ts'
import { examine, select } from './select.ts'
import { sort, uidSort } from './sort.ts'
import { startTls } from './starttls.ts'
import { status } from './status.ts'
import { store, uidStore } from './store.ts'
import { subscribe, unsubscribe } from './subscribe.ts'
import { thread, uidThread } from './thread.ts'
import { unauthenticate } from './unauthenticate.ts'

const commands: readonly ImapCommand[] = [
  ...[capability, noop, logout, id],
  ...[startTls, authenticate, login, unauthenticate, compress],
  ...[enable, namespace, select, examine, create, deleteMailbox, rename, subscribe, unsubscribe, list, lsub, status, append, idle, notify],
  ...[getQuota, getQuotaRoot, setQuota],
  ...[getMetadata, setMetadata],
  ...[setAcl, deleteAcl, getAcl, listRights, myRights],
  ...[check, close, unselect, expunge, uidExpunge, search, uidSearch, sort, uidSort, thread, uidThread, cancelUpdate, esearch],
  ...[fetch, uidFetch, store, uidStore, copy, uidCopy, move, uidMove, replace, uidReplace],
]

const byName: ReadonlyMap<string, ImapCommand> = new Map(commands.map((command) => [command.name, command]))

export function findCommand(name: string): ImapCommand | undefined {
  return byName.get(name)
}
