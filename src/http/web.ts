import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problem.ts'
import type { Routes } from './server.ts'

/** Where the web application is found. */
const panelPath = '/panel/'

/** What a page of ours may do: run, show and ask what this server gives, and nothing else. No style or script stands in a page or an attribute. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** The forms that the build has made of texts, the smallest first, and how their files end. */
const codings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/**
 * The built web application (`folder`: dist/web). Its files carry a hash of their content in their names and are kept for ever; the page that names them is never
 * kept. Each path below /panel/ is one of its screens.
 */
export function webRoutes(folder: string): Routes {
  return (app) => {
    for (const from of ['/', '/panel']) app.get(from, (_, reply) => reply.redirect(panelPath, 302))

    app.get(`${panelPath}assets/:file`, async (request, reply) => {
      const { file } = request.params as { readonly file: string }
      const type = types[path.extname(file)]
      const found = type === undefined || !/^[\w.-]+$/.test(file) ? undefined : await readCoded(path.join(folder, 'assets', file), request)
      if (found === undefined) return sendProblem(reply, { status: 404, title: 'Not Found', detail: `there is nothing at ${request.url.slice(0, 200)}` })
      const etag = `"${file}${found.coding ?? ''}"`
      reply.headers({ 'cache-control': 'public, max-age=31536000, immutable', etag, vary: 'accept-encoding' }).type(type ?? '')
      return request.headers['if-none-match'] === etag ? reply.code(304).send() : sendCoded(reply, found)
    })

    app.get(`${panelPath}*`, async (request, reply) => {
      const page = await readCoded(path.join(folder, 'index.html'), request)
      if (page === undefined) return sendProblem(reply, { status: 503, title: 'Service Unavailable', detail: 'the web application was not built' })
      return sendCoded(reply.header('content-security-policy', pagePolicy).type('text/html; charset=utf-8'), page)
    })
  }
}

interface Coded {
  readonly octets: Buffer
  readonly coding: string | undefined
}

/** The file in the smallest form that the client takes (RFC 9110 12.5.3); undefined: there is none. */
async function readCoded(file: string, request: FastifyRequest): Promise<Coded | undefined> {
  const accepted = accepts(request.headers['accept-encoding'])
  for (const [coding, ending] of codings) {
    const octets = accepted(coding) ? await readOrNone(`${file}${ending}`) : undefined
    if (octets !== undefined) return { octets, coding }
  }
  const octets = await readOrNone(file)
  return octets === undefined ? undefined : { octets, coding: undefined }
}

function sendCoded(reply: FastifyReply, { octets, coding }: Coded): FastifyReply {
  if (coding !== undefined) reply.header('content-encoding', coding)
  return reply.send(octets)
}

function accepts(field: string | string[] | undefined): (coding: string) => boolean {
  const named = String(field ?? '')
    .slice(0, 500)
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(?:\.0*)?$/.test(part))
    .map((part) => part.replace(/\s*;.*$/, ''))
  return (coding) => named.includes(coding)
}

async function readOrNone(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
