import { Link, useParams } from '@tanstack/react-router'
import { Crumbs, Page } from '../../ui/page.tsx'
import { useFrameText } from '../frame/text.ts'
import { useOperationText } from '../operation-text.ts'
import { Defaults } from '../protection/defaults.tsx'

/** What the addresses of all customers with a plan inherit from it. */
export function Plan() {
  const { name } = useParams({ from: '/inside/plans/$name' })
  const { plans: text } = useOperationText()
  const { crumbs } = useFrameText()
  return (
    <Page
      title={name}
      crumbs={
        <Crumbs name={crumbs}>
          <Link to="/plans">{text.title}</Link>
        </Crumbs>
      }
    >
      <Defaults scope="plan" name={name} mayChange />
    </Page>
  )
}
