/**
 * The laws of the tree: which folder may know which, and where each vendor's package may be imported.
 * What is not listed here is forbidden, so that a new folder or package has to be given its place first.
 */

/** Knowing these says nothing about a direction. */
const common = ['^src/(at-most|bare|errors|ids|in-chunks|in-time|in-turns|listening|secret|soon|thrown)\\.ts$', '^src/parse/'];
/** The waist, the reads over it, and what reads rows; not the protocols behind it. */
const waist = '^src/connectors/(connector|reads|row|waits)\\.ts$';
/** What several processes share, and how it is named and sealed; not the connection to it. */
const redisPort = '^src/redis/(events|redis|seal)\\.ts$';
/** The store's ports; not its engines, nor what reads their settings and chooses among them. */
const storePorts = '^src/store/(?!open-store|settings)[^/]+\\.ts$';

/** Folder → what it may import beside itself and `common`. `main.ts` may import `serve.ts`, `compose.ts`, `load-deployment.ts`, `load-settings.ts` and `cli/`, and those four and `answering.ts` everything but `cli/`. */
const mayImport = {
  // What a command needs of a deployment that was read is handed to it.
  cli: ['^src/(access|audit|explain|report|tokens)/', '^src/caller/(caller|own-token)\\.ts$', '^src/config/(load-config|texts-file)\\.ts$', '^src/authorization/decision\\.ts$', '^src/connectors/probe\\.ts$', '^src/store/(open-store|settings)\\.ts$', storePorts],
  http: ['^src/operation/', '^src/caller/', '^src/servers/', '^src/tokens/limiter\\.ts$', '^src/webhooks/open-webhook\\.ts$'],
  // What would be decided and asked, told by the parts that do it.
  explain: ['^src/(access|authorization|caller|config|consent|federation|identity|operation|schema|selection)/', waist],
  operation: [
    '^src/(access|audit|authorization|caller|federation|identity|report|selection|schema|config)/', waist, storePorts,
  ],
  // Reports are made of operations: whoever runs these hands it the maker.
  federation: ['^src/report/make-report\\.ts$', '^src/(access|audit|authorization|caller|consent|identity|selection|schema|config)/', waist, storePorts],
  identity: ['^src/config/', waist, storePorts],
  // Who asked for access to what, and what became of it: rules over what the store keeps.
  access: ['^src/store/access\\.ts$', '^src/audit/entry\\.ts$'],
  // What was done with whose data, so that it can be proven.
  audit: ['^src/caller/caller\\.ts$', '^src/store/audit-(by-customer|log)\\.ts$'],
  // Rules over what the store keeps: they see its shapes, and neither a store nor a caller.
  consent: ['^src/config/purposes-file\.ts$', '^src/store/(facts|links)\.ts$'],
  authorization: [
    '^src/access/grants\.ts$', '^src/caller/caller\.ts$', '^src/config/purposes-file\.ts$', '^src/consent/', '^src/identity/identity\.ts$', '^src/store/(links|facts)\.ts$',
  ],
  // All that is held on a customer, out of answers that it is given.
  report: ['^src/(schema|config)/'],
  selection: [],
  schema: ['^src/config/'],
  config: ['^src/audit/settings\\.ts$', '^src/caller/issuers\\.ts$', '^src/http/settings\\.ts$', '^src/operation/limits\\.ts$', '^src/redis/settings\\.ts$', '^src/tokens/settings\\.ts$', '^src/connectors/(connector|probe)\\.ts$', '^src/connectors/(cache/settings|guards/limits)\\.ts$', '^src/store/settings\\.ts$', '^src/telemetry/settings\\.ts$', '^src/webhooks/settings\\.ts$'],
  caller: [],
  // The gateway's own tokens: made and believed by `caller`, kept by the store.
  tokens: ['^src/caller/', redisPort, storePorts],
  connectors: ['^src/servers/', redisPort],
  // What sources tell of changes: which rows are dropped, and nothing of what is in them.
  webhooks: ['^src/connectors/(connector|row|cache/(open-row-cache|settings))\\.ts$', redisPort],
  store: ['^src/servers/'],
  // Memory that processes share: what is put there is its users' business.
  redis: ['^src/servers/'],
  // What it takes to reach servers, for whoever speaks to some.
  servers: [],
  parse: [],
  // What is told of a running gateway: it reads what the stages have noted, and wraps ports to time them.
  telemetry: ['^src/operation/notes\\.ts$', '^src/federation/plan/', '^src/connectors/guards/(around|events|guard|health)\\.ts$', '^src/audit/(checkpoint-events|trail)\\.ts$', '^src/servers/database-call\\.ts$', redisPort, waist, storePorts],
};

/** Package → the places that may import it. */
const vendors = {
  '@apollo/(server|server-gateway-interface)': '^src/http/',
  '@cedar-policy/cedar-wasm': '^src/authorization/',
  '@graphql-tools/(schema|utils)': '^src/schema/',
  cockatiel: '^src/connectors/guards/',
  commander: '^src/(main\\.ts$|cli/)',
  canonicalize: '^src/audit/canonical\\.ts$',
  'csv-parse': '^src/cli/import/',
  dataloader: '^src/(connectors/loader|identity/link-reads)\\.ts$',
  'graphql-scalars': '^src/schema/',
  jsonata: '^src/parse/',
  'jsonwebtoken|jwks-rsa': '^src/caller/',
  kysely: '^src/connectors/sql/',
  mongodb: '^src/((connectors|store)/mongodb/|servers/mongodb-(commands|failure)\\.ts$)',
  'kysely-oracledb|mysql2|oracledb|pg|tarn|tedious': '^src/connectors/sql/dialects/',
  'libphonenumber-js': '^src/(identity/identifiers|schema/conversions)\\.ts$',
  'lru-cache': '^src/(authorization|caller|connectors/(cache|graphql)|federation/plan|http|identity|selection|tokens|webhooks)/',
  'oauth4webapi|tough-cookie': '^src/connectors/http/auth/',
  'preact|preact-render-to-string': '^src/report/page/',
  'rate-limiter-flexible': '^src/tokens/',
  pino: '^src/telemetry/logs/',
  '@redis/client': '^src/redis/open-redis\\.ts$',
  '@opentelemetry/.+': '^src/telemetry/',
  undici: '^src/connectors/http/',
  yaml: '^src/config/',
  // What GraphQL is ends above the waist; the connector that speaks it to a source is the exception.
  graphql: '^src/(operation|explain|federation|report|selection|schema|http|connectors/graphql)/|^src/(compose|load-deployment)\\.ts$',
};

/** Files that decide and compute: what they need is handed to them. */
const pure = [
  '^src/access/',
  '^src/(consent|explain|report|schema|selection|parse)/',
  '^src/audit/(?!checkpoint-targets)[^/]+\\.ts$',
  '^src/authorization/(decision|law|rights|vocabulary|visible-customers|masks/.+)\\.ts$',
  '^src/federation/(plan/.+|trace|answer|row-reader|own/describe-identity|own/describe-provenance)\\.ts$',
  '^src/identity/(identifiers|lookups|identity|match|resolving)\\.ts$',
  '^src/redis/(?!open-redis)[^/]+\\.ts$',
  '^src/store/(carried-restrictions|plan-adoption)\\.ts$',
  '^src/caller/(caller|claims|issuers|key-fit|own-token|purpose|signing-key|token|unique-json|verify)\\.ts$',
  '^src/tokens/(key-states|settings)\\.ts$',
];
const inputOutput = '^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|os|readline|sqlite|tls|worker_threads)(/|$)';

const folderLaw = ([folder, allowed]) => ({
  name: `${folder}-knows-only-its-own`,
  comment: `src/${folder} may not import this: see mayImport in .dependency-cruiser.cjs`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: [`^src/${folder}/`, ...common, ...allowed] },
});

const vendorLaw = ([packages, places]) => ({
  name: `place-of-${packages.replace(/[^a-z0-9-]+/g, '-').replace(/^-|-$/g, '')}`,
  comment: 'a vendor is imported in one place, so that it can be exchanged there',
  severity: 'error',
  from: { path: '^src/', pathNot: places },
  to: { path: `(^|/)node_modules/(@types/)?(${packages})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-rings', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-barrels', comment: 'import from the file that has it', severity: 'error',
      from: { path: '^src/' }, to: { path: '/index\\.ts$', pathNot: 'node_modules' },
    },
    {
      name: 'nothing-dead', comment: 'no file imports this one', severity: 'error',
      // The reader and the thread are programs that others start; a `.d.ts` describes a package.
      from: { path: '^src/', pathNot: ['^src/main\\.ts$', '^src/connectors/sql/dialects/sqlite-reader\\.ts$', '^src/store/sqlite/audit-thread\\.ts$', '\\.d\\.ts$'], orphan: true }, to: {},
    },
    {
      name: 'main-only-composes', severity: 'error',
      from: { path: '^src/main\\.ts$' }, to: { path: '^src/', pathNot: ['^src/(compose|load-deployment|load-settings|serve)\\.ts$', '^src/cli/', ...common] },
    },
    {
      name: 'nobody-imports-main-or-compose', severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|answering|compose|load-deployment|serve)\\.ts$' }, to: { path: '^src/(main|answering|compose|load-deployment|load-settings|serve)\\.ts$' },
    },
    {
      name: 'nothing-serves-by-commands', comment: 'what answers requests knows nothing of the command line', severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts$|cli/)' }, to: { path: '^src/cli/' },
    },
    {
      name: 'src-stands-alone', comment: 'what is published needs nothing of the sample, the tests or the scripts', severity: 'error',
      from: { path: '^src/' }, to: { path: '^(sample|test|scripts|bench)/' },
    },
    {
      name: 'sample-stands-alone', comment: 'the sample systems were there before the gateway', severity: 'error',
      from: { path: '^sample/' }, to: { path: '^(src|test|scripts|bench)/' },
    },
    {
      name: 'src-needs-no-dev-dependency', severity: 'error',
      from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'config-gives-types', comment: 'the stages get settings, and read none themselves', severity: 'error',
      from: { path: '^src/(operation|explain|federation|identity|schema|cli)/' },
      to: { path: '^src/config/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-serves-by-explanations', comment: 'what answers requests explains nothing', severity: 'error',
      from: { path: '^src/', pathNot: '^src/(compose\\.ts$|cli/|explain/)' },
      to: { path: '^src/explain/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'authorization-knows-shapes', comment: 'a decision is made of facts that are handed in', severity: 'error',
      from: { path: '^src/authorization/' },
      to: { path: '^src/(caller|identity)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'consent-knows-shapes', comment: 'what holds follows from records that are handed in', severity: 'error',
      from: { path: '^src/consent/' },
      to: { path: '^src/(config|store)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'guards-stay-outside', comment: 'guards wrap a connector; they are never inside one', severity: 'error',
      from: { path: '^src/connectors/', pathNot: '^src/connectors/(cache|guards)/' }, to: { path: '^src/connectors/(cache|guards)/' },
    },
    {
      name: 'guards-know-the-port', severity: 'error',
      from: { path: '^src/connectors/guards/' }, to: { path: '^src/connectors/', pathNot: ['^src/connectors/guards/', '^src/connectors/connector\\.ts$'] },
    },
    {
      name: 'the-cache-knows-the-port', comment: 'the row cache wraps a connector, and tells what it does as guards do', severity: 'error',
      from: { path: '^src/connectors/cache/' }, to: { path: '^src/connectors/', pathNot: ['^src/connectors/cache/', '^src/connectors/connector\\.ts$', '^src/connectors/guards/events\\.ts$'] },
    },
    {
      name: 'protocols-are-apart', comment: 'what two protocols share belongs beside the waist', severity: 'error',
      from: { path: '^src/connectors/([^/]+)/', pathNot: '^src/connectors/(cache|graphql|guards)/' },
      to: { path: '^src/connectors/[^/]+/', pathNot: '^src/connectors/($1|cache|guards)/' },
    },
    {
      name: 'graphql-is-spoken-over-http', severity: 'error',
      from: { path: '^src/connectors/graphql/' },
      to: { path: '^src/connectors/[^/]+/', pathNot: '^src/connectors/(graphql|guards|http)/' },
    },
    {
      name: 'the-waist-knows-no-protocol', severity: 'error',
      from: { path: waist }, to: { path: '^src/connectors/.+/' },
    },
    {
      name: 'ports-know-no-engine', severity: 'error',
      from: { path: storePorts }, to: { path: '^src/store/.+/' },
    },
    {
      name: 'engine-of-sqlite', severity: 'error',
      from: { path: '^src/', pathNot: '^src/(store/sqlite|connectors/sql/dialects)/' }, to: { path: '^(node:)?sqlite$' },
    },
    {
      name: 'pure', comment: 'these files do no input or output', severity: 'error',
      from: { path: pure }, to: { path: inputOutput },
    },
    ...Object.entries(mayImport).map(folderLaw),
    ...Object.entries(vendors).map(vendorLaw),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], mainFields: ['module', 'main', 'types'] },
    builtInModules: { add: ['sqlite', 'node:sqlite'] },
  },
};
