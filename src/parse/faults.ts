/** One mistake in a deployment's text: where it stands, what was got and what was expected. */
export interface Fault {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

/** Collects mistakes, so that all of them are shown together. */
export interface Faults {
  /** Notes a mistake at a path below this collector's own; an empty path is the place itself. */
  add(path: string, message: string): void;
  /** True when something is noted at the path already; what else is wrong there only follows from it. */
  noted(path: string): boolean;
  /** The same collector, for a part further down. */
  at(path: string): Faults;
  /** Everything noted so far, by this collector and all that share its list. */
  all(): readonly Fault[];
}

/** A new collector for one file. `list` lets several files share one listing. */
export function collectFaults(file: string, list: Fault[] = []): Faults {
  const below = (base: string): Faults => ({
    add: (path, message) => void list.push({ file, path: join(base, path), message }),
    noted: (path) => list.some((fault) => fault.file === file && fault.path === join(base, path)),
    at: (path) => below(join(base, path)),
    all: () => list,
  });
  return below('');
}

/** A fault as a line: `sources/billing.yaml: entities.invoice.key: expected a string, got 5`. */
export function faultLine(fault: Fault): string {
  return [fault.file, fault.path, fault.message].filter((part) => part !== '').join(': ');
}

/** Stops the start: the deployment's text is wrong. The message lists every fault, one a line. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(faultLine).join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

function join(base: string, path: string): string {
  if (base === '' || path === '') return base + path;
  return path.startsWith('[') ? base + path : `${base}.${path}`;
}
