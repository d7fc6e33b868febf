const key = 'posthorn-wanted'

/** Where somebody wanted to go who is sent to an identity provider first. */
export function keepWanted(to: string | undefined): void {
  if (to === undefined) window.sessionStorage.removeItem(key)
  else window.sessionStorage.setItem(key, to)
}

/** Where that was; once. */
export function takeWanted(): string | undefined {
  const to = window.sessionStorage.getItem(key) ?? undefined
  window.sessionStorage.removeItem(key)
  return to
}
