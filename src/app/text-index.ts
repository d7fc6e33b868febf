import { TextIndex } from '../store/fulltext/text-index.ts'
import { contentFolder, type Parts } from './open.ts'
import { TextLink } from './text-link.ts'

/** The text index follows the mailboxes while the server runs, as the setting `search.index` wants it. */
export function startTextIndex({ config, database, directory, store, log }: Parts): { stop(): Promise<void> } {
  const work = new TextLink({ contentFolder: contentFolder(config), inBackground: true })
  let mode = directory.settings['search.index']
  const index = new TextIndex({ database, work, log }, mode)
  store.onStep((step) => index.note(step))
  store.onTextWanted((accountId) => void index.want(accountId))
  const unsubscribe = directory.onChange(() => {
    if (directory.settings['search.index'] === mode) return
    mode = directory.settings['search.index']
    index.set(mode)
  })
  return {
    async stop() {
      unsubscribe()
      await index.stop()
      await work.close()
    },
  }
}
