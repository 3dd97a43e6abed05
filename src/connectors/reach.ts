import { SourceError, type SourceErrorCode } from '../errors.ts';
import type { Connector } from './connector.ts';
import { askForNobody, type Probing } from './probe.ts';

/** Whether a source can be reached: undefined, or the class of what stands in the way. */
export type Reach = () => Promise<SourceErrorCode | undefined>;

/**
 * Asks a source for a record that nobody has, through its guards, no more often than `every` milliseconds and once at a time; in between,
 * what came of it holds. While the source is left alone it is asked each time: the guards refuse at once, or let through the call that
 * finds out that it is back, which nobody else would make where nothing is asked of a process that is not ready.
 */
export function openReach({ connector, entity, isLeftAlone, every, ...probing }: Probing & {
  readonly connector: Connector;
  readonly entity: string;
  readonly isLeftAlone: () => boolean;
  readonly every: number;
}): Reach {
  const { clock } = probing;
  let known: { readonly at: number; readonly code: SourceErrorCode | undefined } | undefined;
  let asking: ReturnType<Reach> | undefined;
  const ask = async (): ReturnType<Reach> => {
    const code = await askForNobody(connector, entity, probing).then(() => undefined, outOfReach);
    known = { at: clock(), code };
    asking = undefined;
    return code;
  };
  return async () => {
    if (asking !== undefined) return asking;
    if (known !== undefined && clock() - known.at < every && !isLeftAlone()) return known.code;
    return (asking = ask());
  };
}

/** A source that refuses what was asked, says that it is asked too often, or answers what cannot be used is there. */
function outOfReach(error: unknown): SourceErrorCode | undefined {
  if (!(error instanceof SourceError)) return 'SOURCE_UNAVAILABLE';
  return error.fault === 'request' || error.code === 'SOURCE_RATE_LIMITED' || error.code === 'SOURCE_MALFORMED' ? undefined : error.code;
}
