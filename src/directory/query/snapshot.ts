import type { Query } from '../../database/database.ts'

/** What the main thread keeps of the directory as a whole. */
export interface DirectorySnapshot {
  readonly version: number
  /** Settings as stored. */
  readonly stored: Readonly<Record<string, string>>
  /** The largest message that any plan takes: what SIZE announces. */
  readonly largestMessageBytes: number
  /** Some customer's identity provider gives tokens to mail programs. */
  readonly customersTokens: boolean
}

export const directorySnapshot: Query<undefined, DirectorySnapshot> = {
  name: 'directory.snapshot',
  async run(reader) {
    const version = await reader.get<{ value: number }>("SELECT value FROM directory_counter WHERE name = 'version'")
    const settings = await reader.all<{ key: string; value: string }>('SELECT key, value FROM setting')
    const largest = await reader.get<{ bytes: number | null }>('SELECT MAX(max_message_bytes) AS bytes FROM plan')
    const tokens = await reader.get("SELECT 1 AS one FROM identity_provider WHERE is_on = 1 AND mail_tokens <> 'off' LIMIT 1")
    return {
      customersTokens: tokens !== undefined,
      version: version?.value ?? 0,
      stored: Object.fromEntries(settings.map((row) => [row.key, row.value])),
      largestMessageBytes: largest?.bytes ?? 0,
    }
  },
}

/** For nodes that others may have changed the directory behind. */
export const directoryVersion: Query<undefined, number> = {
  name: 'directory.version',
  async run(reader) {
    const row = await reader.get<{ value: number }>("SELECT value FROM directory_counter WHERE name = 'version'")
    return row?.value ?? 0
  },
}
