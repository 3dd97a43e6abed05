import { sampleCaller, sampleCallers, tokenFor } from '../sample/callers.ts';
import { openKeys } from '../sample/keys.ts';
import { keysFolder } from './sample-files.ts';

const [wanted, ...others] = process.argv.slice(2);
const caller = sampleCaller(wanted);
if (caller === undefined || others.length > 0) {
  console.error(`usage: node scripts/token.ts NAME\nNAME is one of ${sampleCallers.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  console.log(tokenFor(caller, await openKeys(keysFolder), Date.now));
}
