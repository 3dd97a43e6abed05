import { bundleExplorer } from './explorer/bundle.ts';

/** Makes the explorer page, which `npm run build` publishes with the gateway. */

await bundleExplorer();
