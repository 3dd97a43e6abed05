import { defineConfig, globalIgnores } from 'eslint/config';
import { readFileSync } from 'node:fs';
import graphql from '@graphql-eslint/eslint-plugin';
import { Kind, parse } from 'graphql';
import tseslint from 'typescript-eslint';

/** What may stand only in some files, as selectors with what to do instead. */
const noEnvironment = {
  selector: "MemberExpression[object.name='process'][property.name=/^(env|argv)$/], MemberExpression[object.name='process'][property.value=/^(env|argv)$/]",
  message: 'process.env and process.argv are read in src/main.ts alone; take what you need through the factory.',
};
const noModuleLet = {
  selector: "Program > VariableDeclaration[kind='let'], Program > ExportNamedDeclaration > VariableDeclaration[kind='let']",
  message: 'A module keeps no state; close over it in a factory.',
};
const noInheritance = {
  selector: "ClassDeclaration[superClass]:not([superClass.name='Error'])",
  message: 'A class inherits from Error or from nothing.',
};
const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Exports are named.' };
const noBarrel = { selector: 'ExportAllDeclaration', message: 'Import from the file that has it; there are no barrels.' };
const noOptionalMember = {
  selector: 'TSInterfaceDeclaration TSMethodSignature[optional=true]',
  message: 'What an adapter cannot do is a declared capability, not a missing method.',
};
const everywhere = [noModuleLet, noInheritance, noDefaultExport, noBarrel, noOptionalMember];

const importEnding = { regex: '^\\.{1,2}/.*(?<!\\.ts)$', message: 'Relative imports name the file, ending in .ts: types are stripped and nothing else is resolved.' };

/** Rule 32 of the conventions, where it can be checked. */
const documented = {
  create: (context) => ({
    'ExportNamedDeclaration > :matches(FunctionDeclaration, ClassDeclaration)'(node) {
      if (context.sourceCode.getCommentsBefore(node.parent).at(-1)?.type === 'Block') return;
      context.report({ node: node.id, message: 'Say in one sentence what this promises.' });
    },
  }),
};

const staffSchema = 'examples/support-desk/schema.graphql';
const typesWithoutNode = parse(readFileSync(new URL(staffSchema, import.meta.url), 'utf8')).definitions.flatMap((node) =>
  (node.kind === Kind.OBJECT_TYPE_DEFINITION && !node.interfaces.some(({ name }) => name.value === 'Node') ? [node.name.value] : []));

/** A wrong shape fails the test; types for what `JSON.parse` gave an assertion would only be more words. */
const looserInTests = {
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-base-to-string': 'off',
  '@typescript-eslint/restrict-template-expressions': 'off',
  '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
  '@typescript-eslint/explicit-module-boundary-types': 'off',
};

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'coverage/', 'examples/*/generated/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-imports': ['error', { patterns: [importEnding] }],

      // `return sendError(…)` ends an arm in one line, and `tsc` lets nobody use the nothing that it gives.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // `void` before an arrow's body says that its value is dropped on purpose; the rule sees only calls as droppable.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // A port's method promises a promise; `async` turns a mistake inside it into a rejection, with or without an `await`.
      '@typescript-eslint/require-await': 'off',
      // Ports are objects of closures: nothing here reads `this`, so a method may be handed on by itself.
      '@typescript-eslint/unbound-method': 'off',
      // It does not know `Promise.withResolvers<void>()`; what else it finds, `tsc` finds.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // An abort's reason is `any` in the types, and whoever waits for the promise gets exactly that.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      // `tsc` refuses comparisons without overlap; what is left are the numbers that drivers give and name by their own enum.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    },
  },
  {
    // Programs talk to a terminal.
    files: ['scripts/**/*.ts', 'sample/run.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Bundled, and nothing else than styles is imported with another ending.
    files: ['explorer/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ ...importEnding, regex: '^\\.{1,2}/.*(?<!\\.(ts|css))$' }] }] },
  },
  { files: ['test/**/*.ts'], rules: looserInTests },
  {
    // What staff see of the schema, as `npm run codegen` prints it; a test says when it is no longer that.
    files: ['examples/*/schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: staffSchema } } },
    rules: {
      // Sources page forwards alone, so `last` and `before` could not be kept.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/relay-connection-types': 'error',
      // A record of a source is no node, since its id alone says not who may see it. A plain list is what lies in one record, such as contact points, and has no pages.
      '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/require-nullable-result-in-root': 'error',
      '@graphql-eslint/require-deprecation-reason': 'error',
      // The others have keys of their sources, which may be denied and then are null; `id` is of what is found by it.
      '@graphql-eslint/strict-id-in-types': ['error', { exceptions: { types: typesWithoutNode } }],
    },
  },
  {
    // The oracle of the leak tests says again in its own words what the gateway's code says; it must not ask that code.
    files: ['test/leak/{oracle,reach,tell,rules,known,mapping,exposed,twin,callers,pieces,markers}.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [importEnding, { regex: '/src/(?!store/facts\\.ts$)|cedar', message: 'An oracle does not ask whom it judges.' }] }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { here: { rules: { documented } } },
    rules: {
      'here/documented': 'error',
      'max-lines': ['error', { max: 250 }],
      'no-restricted-syntax': ['error', ...everywhere, noEnvironment],
    },
  },
  { files: ['src/main.ts'], rules: { 'no-restricted-syntax': ['error', ...everywhere] } },
  // The shape of a package's own module is not ours to choose.
  { files: ['src/**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
