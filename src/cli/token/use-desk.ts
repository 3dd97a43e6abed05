import type { Trail } from '../../audit/trail.ts';
import type { Config } from '../../config/load-config.ts';
import { openDesk, type Desk } from '../../tokens/desk.ts';
import { onRecord } from '../audit/on-record.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../tools.ts';
import { useStore } from '../use-store.ts';

/** Works at the desk of a deployment that issues tokens; of one that does not, says so. */
export async function useDesk<Result>(config: Config, work: (desk: Desk) => Promise<Result>): Promise<Result> {
  return useStore({ settings: config.store }, (store) => work(openDesk(tokensOf(config), store, Date.now)));
}

/** The same for what changes something, which is on record before it is done. */
export async function useDeskOnRecord<Result>(
  { config, command, stderr }: { readonly config: Config; readonly command: string; readonly stderr: Output },
  work: (desk: Desk, trail: Pick<Trail, 'append'>) => Promise<Result>,
): Promise<Result> {
  return useStore({ settings: config.store }, (store) => {
    const desk = openDesk(tokensOf(config), store, Date.now);
    return onRecord({ config, store, command, stderr }, (trail) => work(desk, trail));
  });
}

function tokensOf({ gateway: { tokens } }: Config): NonNullable<Config['gateway']['tokens']> {
  if (tokens === undefined) throw new CommandError('this deployment issues no tokens: customer360.yaml has no section "tokens"');
  return tokens;
}
