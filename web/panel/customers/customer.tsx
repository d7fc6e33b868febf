import { Link, useParams } from '@tanstack/react-router'
import { useMay, useMe } from '../../data/me.ts'
import { useRead } from '../../data/operations.ts'
import { useReadAll } from '../../data/pages.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { useBulkText } from '../bulk/text.ts'
import { DomainTable } from '../domains/domain-table.tsx'
import { useFrameText } from '../frame/text.ts'
import { useProviderText } from '../provider/text.ts'
import { useOperationText } from '../operation-text.ts'
import { Defaults } from '../protection/defaults.tsx'

/** One customer: its plan, its domains, and what all of its addresses inherit. */
export function Customer() {
  const { name } = useParams({ from: '/inside/customers/$name' })
  const { customers: text } = useOperationText()
  const { title: manyMailboxes } = useBulkText()
  const { crumbs } = useFrameText()
  const may = useMay()
  const mayChange = may('manage')
  const { link } = useProviderText()
  const isOwn = useMe().customer === name
  const found = useRead('customer.list', { contains: name })
  return (
    <Page
      title={name}
      actions={
        may('people') ? (
          <Link to="/sign-in-service" search={{ customer: name }} className={buttonLook()}>
            {link}
          </Link>
        ) : undefined
      }
      crumbs={
        isOwn ? undefined : (
          <Crumbs name={crumbs}>
            <Link to="/customers">{text.title}</Link>
          </Crumbs>
        )
      }
    >
      <Loaded of={found}>
        {({ customers }) => {
          const customer = customers.find((one) => one.name === name)
          if (customer === undefined) return <Empty icon="customers" title={text.notThere(name)} />
          return (
            <>
              <Section
                title={text.about}
                actions={
                  mayChange ? (
                    <Link to="/many-mailboxes" className={buttonLook({ small: true })}>
                      {manyMailboxes}
                    </Link>
                  ) : undefined
                }
              >
                <Definitions
                  entries={[
                    [text.plan, customer.plan],
                    [text.mailboxes, String(customer.mailboxes)],
                    ...(customer.resellerOf === null ? [] : [[text.reseller, customer.resellerOf] as const]),
                  ]}
                />
              </Section>
              <Domains customer={name} />
              <Defaults scope="customer" name={name} mayChange={mayChange} />
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}

function Domains({ customer }: { readonly customer: string }) {
  const { customers: text } = useOperationText()
  const domains = useReadAll('domain.list', { customer }, ({ domains }) => domains)
  return (
    <Section title={text.domains}>
      <Loaded of={domains}>{({ rows }) => <DomainTable rows={rows} empty={<p>{text.noDomains}</p>} />}</Loaded>
    </Section>
  )
}
