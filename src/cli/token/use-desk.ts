import type { Config } from '../../config/load-config.ts';
import { openDesk, type Desk } from '../../tokens/desk.ts';
import { CommandError } from '../command-error.ts';
import { useStore } from '../use-store.ts';

/** Works at the desk of a deployment that issues tokens; of one that does not, says so. */
export async function useDesk<Result>({ gateway: { tokens }, store: settings }: Config, work: (desk: Desk) => Promise<Result>): Promise<Result> {
  if (tokens === undefined) throw new CommandError('this deployment issues no tokens: customer360.yaml has no section "tokens"');
  return useStore({ settings }, (store) => work(openDesk(tokens, store, Date.now)));
}
