/** The pages of an address, as they stand side by side; `label`: of the catalogue of addresses. */
export const tabs = [{ label: 'overview', to: '/addresses/$address' }] as const
