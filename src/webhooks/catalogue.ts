import type { Catalogue } from '../database/database.ts'
import { addWebhook, pruneWebhooks, removeWebhook, resendMessage, rotateSecret, setWebhook, switchOff, testWebhook } from './change.ts'
import { gatherAudit } from './gather.ts'
import { listDeliveries, listWebhooks, ownersOf } from './query.ts'
import { noteEvents } from './spread.ts'
import { freeMessages, nextMessageQuery, settleMessage, takeMessages } from './take.ts'

/** What the database threads run for webhooks. */
export const webhookCatalogue: Catalogue = [
  addWebhook,
  setWebhook,
  removeWebhook,
  rotateSecret,
  switchOff,
  testWebhook,
  resendMessage,
  pruneWebhooks,
  gatherAudit,
  noteEvents,
  listWebhooks,
  listDeliveries,
  ownersOf,
  takeMessages,
  settleMessage,
  freeMessages,
  nextMessageQuery,
]
