import { readFileSync } from 'node:fs'

/** Rows of a list beside this file; columns are divided by tabs, lines with # are comments. */
export function readList(name: string): string[][] {
  const text = readFileSync(new URL(`lists/${name}`, import.meta.url), 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
}
