import type { Language } from '../base/language.ts'

/** POSIX order: LC_ALL wins over LC_MESSAGES, that over LANG. Anything but German is English. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '')
  return locale !== undefined && /^de(?:[_.@]|$)/i.test(locale) ? 'de' : 'en'
}
