import { createHash } from 'node:crypto'
import type { Language } from '../base/language.ts'

const style = `:root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}main{max-width:32rem;margin:3rem auto;padding:0 1rem}
h1{font-size:1.5rem}button{font:inherit;padding:.6rem 1.2rem;border-radius:.4rem;border:1px solid;cursor:pointer}`
const styleHash = createHash('sha256').update(style).digest('base64')

/** What a page may do: be seen, and send its form here. */
export const plainPagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`

/** A page without the web application: a heading and HTML, for people who come by a link. */
export function plainPage(language: Language, title: string, body: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style>`
  return `<!doctype html><html lang="${language}"><head>${head}</head><body><main><h1>${title}</h1>${body}</main></body></html>\n`
}
