/**
 * The levels of src/ (docs/architecture.md): a folder imports from lower levels only, and never sideways. A folder that is
 * missing here is an error, so that whoever adds one decides where it stands.
 */
const levels = [
  ['base'],
  ['database', 'content', 'ephemeral', 'mail', 'config'],
  ['wire', 'message', 'dns'],
  ['sieve', 'msgauth', 'autoconfig', 'fulltext', 'directory', 'journal', 'queue', 'outside'],
  ['protection', 'spam', 'engines', 'virus', 'store', 'relay', 'dmarc', 'tlsrpt', 'signing', 'letters'],
  ['auth', 'delivery', 'webhooks', 'zone'],
  ['policy'],
  ['smtp', 'imap', 'pop3', 'managesieve', 'jmap', 'dav', 'api'],
  ['http', 'sending'],
  ['app'],
  ['cli'],
]

const anyOf = (folders) => `^src/(${folders.join('|')})/`

module.exports = {
  forbidden: [
    ...levels.map((folders, level) => ({
      name: `level-${level}`,
      severity: 'error',
      comment: `${folders.join(', ')}: import from folders of lower levels only, and not sideways`,
      from: { path: anyOf(folders) },
      to: { path: anyOf(levels.slice(level).flat()), pathNot: '^src/$1/' },
    })),
    {
      name: 'no-level',
      severity: 'error',
      comment: 'this folder has no level yet: give it one in .dependency-cruiser.cjs',
      from: { path: '^src/', pathNot: anyOf(levels.flat()) },
      to: {},
    },
    {
      name: 'config-stays-above',
      severity: 'error',
      comment: 'only app/ and cli/ import config/; the others are handed values',
      from: { path: '^src/', pathNot: '^src/(config|app|cli)/' },
      to: { path: '^src/config/' },
    },
    {
      name: 'base-stands-alone',
      severity: 'error',
      comment: 'base/ depends on nothing but Node',
      from: { path: '^src/base/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^src/base/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'web-by-the-api',
      severity: 'error',
      comment: 'web/ knows the server by src/api/contract and src/api/rest.ts alone, and of the former only types',
      from: { path: '^web/' },
      to: { path: '^(src|test|scripts)/', pathNot: '^src/(api/rest[.]ts|api/contract([.]ts|/)|base/language[.]ts)' },
    },
    {
      name: 'web-takes-types',
      severity: 'error',
      comment: 'what runs in browsers takes types from src/, and the one table of src/api/rest.ts',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/api/rest[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-halves',
      severity: 'error',
      comment: 'text/, ui/ and data/ know no screens',
      from: { path: '^web/(ui|data|text|theme)/' },
      to: { path: '^web/(panel/|main[.]tsx)' },
    },
    {
      name: 'server-knows-no-web',
      severity: 'error',
      comment: 'the server hands out what was built of web/, and knows nothing of its sources',
      from: { path: '^src/' },
      to: { path: '^web/' },
    },
    {
      name: 'smtp-halves',
      severity: 'error',
      comment: 'the SMTP server and the SMTP client know nothing of each other',
      from: { path: '^src/smtp/(server|client)/' },
      to: { path: '^src/smtp/(server|client)/', pathNot: '^src/smtp/$1/' },
    },
    {
      name: 'contract-for-browsers',
      severity: 'error',
      comment: 'contract/ is for browsers as well: no server code',
      from: { path: '^src/api/contract/' },
      to: { pathNot: '^(src/api/contract/|src/base/|src/mail/|node_modules/zod/)' },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'a cycle: neither file can be read, or loaded, without the other',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'product-needs-no-tests',
      severity: 'error',
      comment: 'what is shipped imports neither tests nor development packages',
      from: { path: '^src/', pathNot: '[.]test[.]ts$' },
      to: { path: '([.]test[.]ts$)|(^(test|scripts)/)' },
    },
    {
      name: 'product-needs-no-tools',
      severity: 'error',
      comment: 'what is shipped imports no development package',
      from: { path: '^(src|web)/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-found',
      severity: 'error',
      comment: 'this import leads nowhere',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
}
