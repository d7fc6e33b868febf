import { silent } from '../base/log.ts'
import { contentSuite } from './content.suite.ts'
import { openSegments } from './segments.ts'

contentSuite({ name: 'segments', open: (folder, segmentBytes) => openSegments({ folder, log: silent, ...(segmentBytes === undefined ? {} : { segmentBytes }) }) })
