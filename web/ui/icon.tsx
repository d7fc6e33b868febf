/** Drawn here, on a grid of 24, in lines of the text's colour. Beside words they say nothing to who cannot see them; alone, their button has a name. */
const paths = {
  add: 'M12 5v14M5 12h14',
  address: 'M4 6h16v12H4zM4 7l8 6 8-6',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 16v-5a6 6 0 1 1 12 0v5l2 2H4zM10 21h4',
  chart: 'M4 20V4M4 20h16M8 16v-4M13 16V8M18 16v-7',
  check: 'M5 12.5l4.500 4.500L19 7',
  chevron: 'M7 10l5 5 5-5',
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18z',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  customers:
    'M9 11a3.500 3.500 0 1 0 0-7a3.500 3.500 0 0 0 0 7zM3 20c0-3.500 2.500-6 6-6s6 2.500 6 6M16 4.300a3.500 3.500 0 0 1 0 6.400M18 14.500c2 .8 3 2.800 3 5.500',
  device: 'M7 3h10v18H7zM11 18h2',
  dns: 'M4 5h16v5H4zM4 14h16v5H4zM8 7.500h.01M8 16.500h.01',
  domain: 'M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  external: 'M14 5h5v5M19 5l-8 8M11 5H5v14h14v-6',
  eye: 'M2.500 12C5 7.500 8.300 5.500 12 5.500s7 2 9.500 6.500c-2.500 4.500-5.800 6.500-9.500 6.500S5 16.500 2.500 12zM12 9.500a2.500 2.500 0 1 1 0 5a2.500 2.500 0 0 1 0-5z',
  forward: 'M13 6l6 6-6 6M19 12H9c-3 0-5 2-5 6',
  health: 'M3 12h4l2.500-6 4.500 12 2.500-6H21',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  info: 'M12 11v6M12 7.500v.01M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18z',
  journal: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h5',
  key: 'M7.5 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM11.500 12H21v4M17 12v3',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  menu: 'M4 7h16M4 12h16M4 17h16',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  person: 'M12 12a4 4 0 1 0 0-8a4 4 0 0 0 0 8zM4.500 21c.5-4 3.500-6.500 7.500-6.500s7 2.500 7.500 6.500',
  plan: 'M12 3l9 4.500-9 4.500-9-4.500zM3 12l9 4.500 9-4.500M3 16.500L12 21l9-4.500',
  queue: 'M4 6h16M4 12h10M4 18h6M17 13v7M14 17l3 3 3-3',
  relay: 'M4 12h12M12 7l5 5-5 5M20 5v14',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  reply: 'M10 6l-6 6 6 6M4 12h10c3 0 6 2 6 7',
  search: 'M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14zM16 16l4.500 4.500',
  settings: 'M4 7h9M19 7h1M16 4.500v5M4 17h3M12 17h8M9.500 14.500v5',
  shield: 'M12 3l8 3v6c0 4.500-3.300 7.700-8 9c-4.700-1.300-8-4.500-8-9V6z',
  signOut: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  storage: 'M4 6c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3zM4 6v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3',
  sun: 'M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  undo: 'M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3',
  warning: 'M12 3.500L22 20.500H2zM12 10v5M12 17.800v.01',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3.2 : 2}
      strokeLinecap="round"
      strokeLinejoin="round"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  )
}
