import { Link, useParams } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { Crumbs, Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { useFrameText } from '../frame/text.ts'
import { useOperationText } from '../operation-text.ts'
import { Defaults } from '../protection/defaults.tsx'

/** What the addresses of all customers with a plan inherit from it. */
export function Plan() {
  const { name } = useParams({ from: '/inside/plans/$name' })
  const { plans: text } = useOperationText()
  const { crumbs } = useFrameText()
  const found = useRead('plan.list', {})
  return (
    <Page
      title={name}
      crumbs={
        <Crumbs name={crumbs}>
          <Link to="/plans">{text.title}</Link>
        </Crumbs>
      }
    >
      <Loaded of={found}>
        {({ plans }) => {
          const plan = plans.find((one) => one.name === name)
          if (plan === undefined) return <Empty icon="plan" title={text.notThere(name)} />
          return <Defaults of={{ operation: 'plan.set', input: { name } }} before={plan.values} mayChange />
        }}
      </Loaded>
    </Page>
  )
}
