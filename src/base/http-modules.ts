/*
 * Node's HTTP, asked for by who needs it. An `import` of it would have all of its names made at the start, among them WebSocket with all that fetch is made
 * of: 13 MB.
 */

export function http(): typeof import('node:http') {
  return process.getBuiltinModule('node:http')
}

export function https(): typeof import('node:https') {
  return process.getBuiltinModule('node:https')
}
