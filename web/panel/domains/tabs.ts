/** The pages of a domain, as they stand side by side; `label`: of the catalogue of domains. */
export const tabs = [
  { label: 'addresses', to: '/domains/$domain' },
  { label: 'protection', to: '/domains/$domain/protection' },
] as const
