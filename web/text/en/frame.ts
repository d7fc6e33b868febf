export const frame = {
  skip: 'Skip to the content',
  menu: 'Menu',
  mainNavigation: 'Main navigation',
  crumbs: 'Where you are',
  account: 'Your account',
  language: 'Sprache: Deutsch',
  schemeLight: 'Light',
  schemeDark: 'Dark',
  schemeSystem: 'As the system has it',
  signOut: 'Sign out',
  kinds: {
    operator: 'Operator',
    person: 'Customer',
    mailbox: 'Mailbox',
  },
  roles: {
    owner: 'Owner',
    manager: 'Manager',
    helpdesk: 'Help desk',
    'read-only': 'Read-only',
  },
  groups: {
    mail: 'Mail',
    operation: 'Operation',
  },
  navigation: {
    home: 'Overview',
    domains: 'Domains',
  },
  nothingHere: {
    title: 'There is nothing here',
    body: 'Perhaps it was removed or renamed, or it is not among what you may see.',
    home: 'To the overview',
  },
  broken: {
    title: 'This page does not work',
    body: 'The fault is ours, not yours. Nothing was changed by it.',
    again: 'Load the page again',
    details: 'Details',
  },
}
