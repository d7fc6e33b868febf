import { catalogue } from '../../text/catalogue.ts'
import { frame as de } from '../../text/de/frame.ts'
import { frame as en } from '../../text/en/frame.ts'

export const useFrameText = catalogue({ en, de })

export type FrameText = ReturnType<typeof useFrameText>
