import { printedSchema } from '../schema/printed-schema.ts';
import { sdlForRouters, withoutSubgraph } from '../schema/subgraph.ts';
import type { Deployment } from './deployment.ts';

/** What of the schema exists for an audience, as SDL: for its clients, or for routers; undefined where it is no subgraph. */
export function schemaText({ schemas }: Pick<Deployment, 'schemas'>, audience: string, forRouters: boolean): string | undefined {
  const schema = schemas.get(audience);
  if (schema === undefined) return undefined;
  return forRouters ? sdlForRouters(schema) : printedSchema(withoutSubgraph(schema));
}
