import { catalogue } from '../../text/catalogue.ts'
import { home as de } from '../../text/de/home.ts'
import { home as en } from '../../text/en/home.ts'
import { Page } from '../../ui/page.tsx'

const useText = catalogue({ en, de })

export function Home() {
  const text = useText()
  return <Page title={text.title}>{text.attention}</Page>
}
