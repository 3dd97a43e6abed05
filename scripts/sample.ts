import { environmentFile } from './sample-files.ts';

/** Runs a command about the sample company that runs: with the variables that its deployment's files name. */

try {
  process.loadEnvFile(environmentFile);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  console.error('sample: the sample company does not run here; npm start runs it, and this works beside it in another terminal');
  process.exit(1);
}
await import('../src/main.ts');
