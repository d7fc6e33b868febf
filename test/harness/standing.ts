import type { Standing } from '../../src/api/standing.ts'

/** Of an installation in good order. */
export const goodStanding: Standing = {
  version: '0.1.0',
  node: '24.0.0',
  running: { sinceMs: 0, processes: 1 },
  database: { engine: 'sqlite', tookMs: 0.4 },
  log: { bytes: 3 * 1024 ** 3, segments: 12, behindBytes: 0, trouble: undefined },
  disk: { freeBytes: 60 * 1024 ** 3, totalBytes: 100 * 1024 ** 3 },
  certificate: { notAfterMs: Date.UTC(2099, 0, 1), selfSigned: false, otherNames: undefined, replaced: false },
  nameServer: { tookMs: 3, why: undefined },
  engines: [],
}
