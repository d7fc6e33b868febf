import type { Catalogue } from '../database/database.ts'
import { queuedOctetsQuery } from './baseline.ts'
import { holdChange, holdsQuery, releaseChange } from './holds.ts'
import { retryChange, waitingDestinationsQuery, waitingQuery } from './list.ts'
import { deferChange, leaseChange } from './defer.ts'
import { freeLeasesChange, nodeNumberChange } from './node.ts'
import { noteLength, queueLengthsQuery, thinLengths } from './length.ts'
import { queuedPlaceQuery } from './rows.ts'
import { queueSizeQuery } from './size.ts'
import { queueStandingQuery } from './standing.ts'
import { nextDueQuery, takeChange } from './take.ts'
import { destinationCountsQuery, queuedCountsQuery } from './verify.ts'

/** What the database threads run for the queue; adding to it and taking from it are part of the store's changes. */
export const queueCatalogue = [
  takeChange,
  nextDueQuery,
  queueSizeQuery,
  queueStandingQuery,
  noteLength,
  thinLengths,
  queueLengthsQuery,
  queuedPlaceQuery,
  queuedOctetsQuery,
  deferChange,
  leaseChange,
  holdChange,
  releaseChange,
  holdsQuery,
  waitingQuery,
  waitingDestinationsQuery,
  retryChange,
  queuedCountsQuery,
  destinationCountsQuery,
  nodeNumberChange,
  freeLeasesChange,
] as Catalogue
