import { useAuditText } from './text.ts'

/** "operator anna by token backup" as people say it. */
export function useActor(): (actor: string) => string {
  const actors: Readonly<Record<string, string>> = useAuditText().actors
  return (actor) => {
    const [kind = '', ...rest] = actor.split(' ')
    const word = actors[kind]
    return word === undefined ? actor : [word, ...rest].join(' ')
  }
}
