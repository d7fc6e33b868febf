import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { LiveFiles, type LiveFilesOptions } from '../../base/live-files.ts'
import { type Blocklist, readBlocklists, type Source } from './blocklists.ts'
import { ListedAnswers } from './listed-answers.ts'

/** Where our addresses can be listed, and how other servers say that they are. */
export interface Lists {
  readonly blocklists: ReadonlyMap<string, Blocklist>
  readonly answers: ListedAnswers
}

const names = { blocklists: 'relay-blocklists.txt', answers: 'listed-answers.txt' } as const

/** Both files as they come with Posthorn, and after each the operator's of the same name, whose blocks take the place of those with the same head. */
export function liveLists({ shipped, ...options }: Omit<LiveFilesOptions<Lists>, 'read'> & { readonly shipped: string }): LiveFiles<Lists> {
  const read = (withOwn: boolean): Lists => {
    const sources = (name: string) => [shipped, ...(withOwn ? [options.own] : [])].flatMap((folder) => sourcesOf(folder, name))
    return { blocklists: readBlocklists(sources(names.blocklists)), answers: new ListedAnswers(sources(names.answers)) }
  }
  return new LiveFiles({ ...options, read })
}

function sourcesOf(folder: string, name: string): Source[] {
  const file = path.join(folder, name)
  return existsSync(file) ? [{ file, text: readFileSync(file, 'utf8') }] : []
}
