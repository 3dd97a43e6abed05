import { join, resolve } from 'node:path';

/** Where the sample company's keys are. */
export const keysFolder = resolve(process.env['SAMPLE_KEYS'] ?? join(import.meta.dirname, '../data/sample'));

/** What the deployment's files name of the environment, while the company runs. */
export const environmentFile = join(keysFolder, 'gateway.env');
