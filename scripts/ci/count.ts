import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What is used of a report that Jest writes with `--json`. */
interface Report {
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
}

/**
 * Prints `N passed, N failed, N skipped` as the last line, over Jest's reports in the order of their runs: where several have a
 * file, the last counts. Exit code 1 when a test failed or none passed, and when of the files under a `--must-run` none
 * passed or something was skipped for want of what it needs.
 */
const { values, positionals } = parseArgs({ options: { 'must-run': { type: 'string', multiple: true, default: [] } }, allowPositionals: true });

const reports = positionals.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const files = [...new Map(reports.flatMap(({ testResults }) => testResults).map((file) => [file.name, file])).values()];
const tests = files.flatMap((file) => file.assertionResults);
// A file that could not be run at all has no tests to have failed.
const broken = files.filter((file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'));

const passed = tests.filter(({ status }) => status === 'passed');
const failed = [...tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName), ...broken.map(({ name }) => `${name} could not be run`)];
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');

const missing = values['must-run'].flatMap((path) => {
  const own = files.filter(({ name }) => name.includes(`/${path}`)).flatMap(({ assertionResults }) => assertionResults);
  const wants = own.flatMap(({ fullName, status }) => (status === 'passed' || status === 'failed' ? [] : (/^.*\(needs .*?\)/s.exec(fullName) ?? [])));
  return own.some(({ status }) => status === 'passed') ? [...new Set(wants)] : [`${path}: nothing passed`, ...new Set(wants)];
});

const lines = [
  ...failed.map((name) => `failed: ${name}`),
  ...missing.map((name) => `missing: ${name}`),
  `${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (failed.length > 0 || missing.length > 0 || passed.length === 0) process.exitCode = 1;
