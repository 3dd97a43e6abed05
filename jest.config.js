/** Jest runs the sources as they are: types are stripped by Node itself, as they are when the gateway runs. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/strip-types.js' },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  injectGlobals: false,
  // A machine that is busy with other tests takes seconds to start a gateway.
  testTimeout: 60_000,
};
