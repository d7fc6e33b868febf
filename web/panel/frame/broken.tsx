import { Problem } from '../../data/problem.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty } from '../../ui/state.tsx'
import { NothingHere } from './nothing-here.tsx'
import { useFrameText } from './text.ts'

/** In the place of a screen that failed; what the server said stands for itself. */
export function Broken({ error }: { readonly error: unknown }) {
  const { broken: text } = useFrameText()
  if (error instanceof Problem && error.status === 404) return <NothingHere />
  return (
    <Page title={text.title}>
      <Empty icon="warning" action={<Button onPress={() => window.location.reload()}>{text.again}</Button>}>
        {error instanceof Problem ? error.message : text.body}
      </Empty>
    </Page>
  )
}
