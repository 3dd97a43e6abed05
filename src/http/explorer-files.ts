import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The explorer page as it was built: the names of its files, which all lie in one folder. */
export interface ExplorerFiles {
  readonly folder: string;
  /** Changes with what is in any of them. */
  readonly build: string;
  readonly names: ReadonlySet<string>;
}

/** The same place from `src/http` and from `dist/http`. */
const built = fileURLToPath(new URL('../../dist/explorer', import.meta.url));

const manifest = z.object({ build: z.string().regex(/^[0-9a-f]+$/), files: z.array(z.string().regex(/^[\w.-]+$/)) });

/** Finds the page beside the program. Throws where it was not built. */
export function findExplorerFiles(): ExplorerFiles {
  let text: string;
  try {
    text = readFileSync(join(built, 'manifest.json'), 'utf8');
  } catch (error) {
    throw new Error(`server.explorer: the page is not here; "npm run build" makes it, or set it to off (${join(built, 'manifest.json')} cannot be read)`, { cause: error });
  }
  const { build, files } = manifest.parse(JSON.parse(text));
  return { folder: join(built, build), build, names: new Set(files) };
}
