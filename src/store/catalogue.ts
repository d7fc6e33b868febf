import type { Content } from '../content/content.ts'
import type { Catalogue } from '../database/database.ts'
import { advanceChange, setAsideChange } from './advance.ts'
import { accountsAfterQuery, baselineQuery, loadBaselineChange } from './baseline.ts'
import { datesQuery, textsQuery, threadsQuery } from './column-queries.ts'
import { emailPlacesQuery, segmentUsageQuery } from './compact.ts'
import { blockTextQuery, recentTextQuery, textUidsQuery } from './fulltext/candidates.ts'
import {
  accountsBehindQuery,
  accountsWithTextQuery,
  addTextChange,
  dropTextChange,
  joinableQuery,
  joinChange,
  renewChange,
  thinnedQuery,
  unreadQuery,
  wantTextChange,
} from './fulltext/rows.ts'
import { dropEmailsChange, dropQueuedChange, suspectsQuery } from './heal-log.ts'
import { listQuery } from './list-query.ts'
import { metadataNamesQuery, metadataQuery } from './metadata.ts'
import { claimIndexChange } from './owner.ts'
import { positionQuery } from './position.ts'
import { refileQuery } from './refile.ts'
import { judgedFolderQuery } from './judged-folder.ts'
import { learnedCatalogue } from './learned.ts'
import {
  changesQuery,
  expungedQuery,
  hasChildrenQuery,
  mailboxesQuery,
  mailboxQuery,
  messagesQuery,
  subscriptionsQuery,
  deletedQuery,
  usageQuery,
  usagesQuery,
  viewQuery,
} from './queries.ts'
import { loadQueueBaselineChange, queuePieceQuery } from './queue-baseline.ts'
import { storageUseQuery } from './storage-use.ts'
import { quotaStandsOfQuery, quotaStandsQuery } from './quota-level.ts'
import { rebuildCatalogue } from './rebuild.ts'
import { grantsQuery, sharedRightsQuery, sharedWithQuery } from './sharing.ts'
import { takeRecentChange } from './recent.ts'
import { unappliedQuery } from './unapplied.ts'
import { verifyCatalogue } from './verify.ts'

/** The store's queries and changes; those that read the log do it through `content`, which may be a reader of this thread's own. */
export function storeCatalogue(content: Pick<Content, 'scan' | 'read'>): Catalogue {
  return [
    advanceChange(content),
    setAsideChange(content),
    loadBaselineChange(content),
    loadQueueBaselineChange(content),
    queuePieceQuery,
    takeRecentChange,
    positionQuery,
    claimIndexChange,
    mailboxesQuery,
    mailboxQuery,
    hasChildrenQuery,
    subscriptionsQuery,
    viewQuery,
    changesQuery,
    expungedQuery,
    messagesQuery,
    listQuery,
    datesQuery,
    threadsQuery,
    textsQuery,
    usageQuery,
    usagesQuery,
    deletedQuery,
    judgedFolderQuery,
    refileQuery,
    ...learnedCatalogue,
    quotaStandsOfQuery,
    quotaStandsQuery,
    storageUseQuery,
    grantsQuery,
    sharedWithQuery,
    sharedRightsQuery,
    metadataQuery,
    metadataNamesQuery,
    accountsAfterQuery,
    baselineQuery,
    segmentUsageQuery,
    emailPlacesQuery,
    unappliedQuery,
    suspectsQuery,
    dropEmailsChange,
    dropQueuedChange,
    recentTextQuery,
    blockTextQuery,
    textUidsQuery,
    accountsBehindQuery,
    accountsWithTextQuery,
    unreadQuery,
    wantTextChange,
    addTextChange,
    joinableQuery,
    joinChange,
    thinnedQuery,
    renewChange,
    dropTextChange,
    ...rebuildCatalogue,
    ...verifyCatalogue,
  ] as Catalogue
}
