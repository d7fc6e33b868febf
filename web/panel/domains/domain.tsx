import { useParams } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'

export function Domain() {
  const { domain } = useParams({ from: '/inside/domains/$domain' })
  return <Page title={domain}>{domain}</Page>
}
