import type { Fail } from '../../failure.ts';
import type { ErrorSettings } from '../settings.ts';
import type { Wire } from '../wire.ts';

/** What proves to the source that the gateway may ask. */
export interface Credential {
  /** For one address, which is always of the source's own origin. */
  headersFor(url: URL): Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Where credentials come from. */
export interface Auth {
  /** The credential of now. Waits for one where there is none; rejects with a SourceError, or when the signal is aborted. */
  credential(signal: AbortSignal): Promise<Credential>;
  /** Says that the source refused this credential; true when another one can be had. */
  refused(credential: Credential): boolean;
  close(): Promise<void>;
}

export interface AuthDeps {
  /** The source's base address. */
  readonly base: URL;
  readonly wire: Wire;
  /** A wire to another origin, through the same proxy and with the same trust. */
  readonly wireTo: (origin: string) => Wire;
  readonly fail: Fail;
  readonly clock: () => number;
  /** Where the source's answers say that they failed, if they do. */
  readonly error: ErrorSettings | undefined;
}
