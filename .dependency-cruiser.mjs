// The floors of the house: a room imports only from lower floors. See docs/architecture.md.
const room = (...names) => `^(${names.join('|')})/`
const floors = [
  ['engines/numerics'],
  ['engines/dynamics'],
  ['engines/(circulation|tissue|discrete|signals|inference|learning|privacy)'],
  ['kernel'],
  ['transport'],
  ['thread'],
  ['intake', 'outbound', 'governance', 'research'],
  ['sandbox'],
  ['twins'],
  ['apps'],
]
const upward = floors.slice(0, -1).map((names, floor) => ({
  name: `floor-${names[0].replace(/\W+/g, '-')}`,
  comment: 'A room imports only from lower floors.',
  severity: 'error',
  from: { path: room(...names) },
  to: { path: room(...floors.slice(floor + 1).flat()) },
}))
export default {
  forbidden: [
    ...upward,
    {
      name: 'kernel-needs-numerics-only',
      severity: 'error',
      from: { path: '^kernel/' },
      to: { path: '^engines/', pathNot: '^engines/numerics/' },
    },
    {
      name: 'engines-need-numerics-only',
      comment: 'circulation and tissue may also use dynamics.',
      severity: 'error',
      from: { path: '^engines/([^/]+)/' },
      to: { path: '^engines/', pathNot: '^engines/($1|numerics|dynamics)/' },
    },
    {
      name: 'twins-stay-apart',
      severity: 'error',
      from: { path: '^twins/([^/]+)/' },
      to: { path: '^twins/', pathNot: '^twins/$1/' },
    },
    {
      name: 'neighbours-meet-through-the-thread',
      comment: 'Rooms on one floor do not import each other.',
      severity: 'error',
      from: { path: '^(intake|outbound|governance|research)/' },
      to: { path: '^(intake|outbound|governance|research)/', pathNot: '^$1/' },
    },
    {
      name: 'the-only-door',
      comment: "Another room is entered by its src/index.ts (or a door its package.json's exports name).",
      severity: 'error',
      from: {
        path: '^((?:engines|twins|apps)/[^/]+|kernel|thread|intake|outbound|governance|sandbox|transport|research)/',
      },
      to: {
        path: '^((?:engines|twins|apps)/[^/]+|kernel|thread|intake|outbound|governance|sandbox|transport|research)/',
        pathNot: ['^$1/', '/src/index\\.ts$', '^apps/server/src/contract/index\\.ts$'],
      },
    },
    {
      name: 'web-knows-the-contract-only',
      severity: 'error',
      from: { path: '^apps/web/' },
      to: {
        path: '^(apps/(?!web/)|engines|kernel|thread|intake|outbound|governance|sandbox|twins)',
        pathNot: '^apps/server/src/contract/',
      },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'engines-do-no-io',
      severity: 'error',
      // Scripts beside a room's src (they build its data files) and tests may read and write files.
      from: { path: '^(engines/[^/]+|kernel|twins/[^/]+)/src/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|\\.test\\.tsx?$|\\.test-data\\.ts$|/test-support|\\.css$)' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  },
}
