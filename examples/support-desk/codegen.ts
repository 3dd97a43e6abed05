import type { CodegenConfig } from '@graphql-codegen/cli';

/** Makes `generated/` of the schema that the gateway shows to staff and of the queries beside this file: `npm run codegen`. */
const config: CodegenConfig = {
  schema: 'examples/support-desk/schema.graphql',
  documents: 'examples/support-desk/queries/*.graphql',
  generates: {
    'examples/support-desk/generated/': {
      preset: 'client',
      // A small client reads whole answers; components that own a fragment each take the masking on.
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        importExtension: '.ts',
        strictScalars: true,
        // All of them travel as text: a decimal number would lose digits as a double, and a date has no time zone.
        scalars: {
          CountryCode: 'string', CurrencyCode: 'string', Date: '`${number}-${number}-${number}`', DateTime: 'string', Decimal: '`${number}`', EmailAddress: 'string',
          LanguageTag: 'string', PhoneNumber: 'string', URL: 'string',
        },
      },
    },
  },
};

export default config;
