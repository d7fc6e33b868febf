import { decodeBody } from '../../message/decode.ts'
import { asBuffer } from '../../message/octets.ts'
import type { Leaf, MessageView } from '../view/message-view.ts'

/** Attachments whose octets are looked at, and how many of each: enough for the names in a small archive. */
const mostSniffed = 10
const sniffedOctets = 65_536

const executable = /\.(?:exe|scr|pif|com|bat|cmd|vbs|vbe|js|jse|wsf|wsh|hta|jar|msi|ps1|lnk|cpl|reg|dll|iso|img|vhd|one|chm)$/i
const archive = /\.(?:zip|rar|7z|gz|tgz|bz2|xz|cab|ace|arj|tar|z|lzh|uue)$/i
const innocent = /\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|txt|html?|mp[34])$/i
const macros = /\.(?:docm|xlsm|pptm|dotm|xlam|xll)$/i

/** What is attached: by its name, by the type it is given, and by its own first octets. */
export function attachmentFacts(view: MessageView) {
  const attached = view.leaves.filter(({ type, attached, fileName }) => attached || (fileName !== '' && !type.startsWith('text/plain')))
  const looks = attached.slice(0, mostSniffed).map((leaf) => look(view, leaf))
  const count = (condition: (leaf: Leaf) => boolean) => attached.filter(condition).length
  return {
    'file.count': attached.length,
    'file.executable': count(({ fileName }) => executable.test(fileName.trim())) + looks.filter(({ kind }) => kind === 'program').length,
    'file.archive': count(({ fileName }) => archive.test(fileName)),
    'file.double-extension': count(
      ({ fileName }) =>
        /\.\w{2,4}[\s_]*\.\w{2,4}$/.test(fileName) &&
        innocent.test(fileName.replace(/[\s_]*\.\w{2,4}$/, '')) &&
        (executable.test(fileName) || archive.test(fileName) || /\.html?$/i.test(fileName)),
    ),
    'file.reversed-name': count(({ fileName }) => /[\u202a-\u202e\u2066-\u2069]/.test(fileName)),
    'file.spaced-name': count(({ fileName }) => / {4,}|_{8,}/.test(fileName)),
    'file.macros': count(({ fileName }) => macros.test(fileName)) + looks.filter(({ macros }) => macros).length,
    'file.page': count(({ fileName, type }) => /\.(?:s?html?|xht|svg)$/i.test(fileName) || (type === 'text/html' && fileName !== '')),
    'file.document': count(({ fileName }) => /\.(?:pdf|docx?|xlsx?|rtf)$/i.test(fileName)),
    'file.image': count(({ type }) => type.startsWith('image/')),
    'file.type-differs': looks.filter(({ differs }) => differs).length,
    'file.locked': looks.filter(({ locked }) => locked).length,
    'file.nested': looks.filter(({ inner }) => inner.some((name) => archive.test(name))).length,
    'file.hidden-program': looks.filter(({ inner }) => inner.some((name) => executable.test(name))).length,
    'file.message': view.scanned.top.children.filter(({ kind }) => kind === 'message').length,
  }
}

interface Look {
  readonly kind: Kind | undefined
  /** The name promises something else than the octets are. */
  readonly differs: boolean
  /** An archive that wants a password. */
  readonly locked: boolean
  /** Names in the archive, as far as it was looked at. */
  readonly inner: readonly string[]
  readonly macros: boolean
}

type Kind = 'program' | 'pdf' | 'zip' | 'rar' | '7z' | 'office' | 'png' | 'jpeg' | 'gif' | 'page' | 'gzip'

const signatures: readonly (readonly [kind: Kind, begins: Buffer])[] = [
  ['program', Buffer.from('MZ')],
  ['pdf', Buffer.from('%PDF-')],
  ['zip', Buffer.from('PK\u0003\u0004')],
  ['rar', Buffer.from('Rar!\u001a')],
  ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])],
  ['office', Buffer.from([0xd0, 0xcf, 0x11, 0xe0])],
  ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ['jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['gif', Buffer.from('GIF8')],
  ['gzip', Buffer.from([0x1f, 0x8b])],
]

/** What octets a name of this ending promises. */
const promised: readonly (readonly [ending: RegExp, kinds: readonly Kind[]])[] = [
  [/\.pdf$/i, ['pdf']],
  [/\.(?:docx|xlsx|pptx|docm|xlsm)$/i, ['zip', 'office']],
  [/\.(?:doc|xls|ppt)$/i, ['office', 'zip', 'page']],
  [/\.(?:jpe?g|png|gif)$/i, ['jpeg', 'png', 'gif']],
  [/\.zip$/i, ['zip']],
]

function look({ input }: MessageView, { part, encoding, fileName }: Leaf): Look {
  const octets = asBuffer(decodeBody(encoding, input.octets.subarray(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + sniffedOctets))))
  const kind =
    signatures.find(([, begins]) => octets.subarray(0, begins.length).equals(begins))?.[0] ??
    (/^\s*<(?:!doctype|html)/i.test(octets.toString('latin1', 0, 64)) ? 'page' : undefined)
  const promise = promised.find(([ending]) => ending.test(fileName))?.[1]
  const zip = kind === 'zip' ? readZipNames(octets) : { names: [], locked: false }
  return {
    kind,
    differs: kind !== undefined && promise !== undefined && !promise.includes(kind),
    locked: zip.locked,
    inner: zip.names,
    macros: zip.names.some((name) => name.endsWith('vbaProject.bin')) || (kind === 'office' && octets.includes('_VBA_PROJECT')),
  }
}

const localHeader = Buffer.from('PK\u0003\u0004')
const mostNames = 50

/** Names in the local headers (APPNOTE 4.3.7) that stand in what is there of an archive; nothing is unpacked, so no bomb goes off. */
function readZipNames(octets: Buffer): { readonly names: readonly string[]; readonly locked: boolean } {
  const names: string[] = []
  let locked = false
  for (let at = octets.indexOf(localHeader); at >= 0 && at + 30 <= octets.length && names.length < mostNames; at = octets.indexOf(localHeader, at + 30)) {
    locked ||= (octets.readUInt16LE(at + 6) & 1) === 1
    names.push(octets.toString('latin1', at + 30, at + 30 + octets.readUInt16LE(at + 26)))
  }
  return { names, locked }
}
