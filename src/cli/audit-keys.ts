import type { Command } from 'commander';
import { openAuditKeys } from '../audit/keys.ts';
import { withConfig, withJson, type Common } from './options.ts';
import type { Tools } from './tools.ts';

/** `audit keys`: the public keys of checkpoints, for whoever keeps those and does not have the deployment's secrets. */
export function addAuditKeys(parent: Command, { load, stdout }: Tools): void {
  withJson(withConfig(parent.command('keys')))
    .description('print the public keys that prove checkpoints, as a JWK Set')
    .action(async ({ config, json }: Common) => {
      const { keys } = (await load(config)).gateway.audit;
      const all = openAuditKeys(keys);
      const jwks = keys.flatMap(({ id }) => {
        const key = all.find(id);
        return key === undefined ? [] : [{ ...key.signing.public.export({ format: 'jwk' }), kid: id, alg: 'EdDSA', use: 'sig' }];
      });
      stdout.write(`${JSON.stringify({ keys: jwks }, null, json ? 0 : 2)}\n`);
    });
}
