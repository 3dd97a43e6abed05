import { printSchema, type GraphQLSchema } from 'graphql';

/**
 * The SDL of a schema, always with its roots: `Subscription` is an object of customers, and whoever reads SDL without a definition of roots takes it for
 * the root of subscriptions. `directives` are put on that definition.
 */
export function printedSchema(schema: GraphQLSchema, directives: readonly string[] = []): string {
  const roots = (['Query', 'Mutation'] as const).filter((name) => schema.getType(name) !== undefined).map((name) => `  ${name.toLowerCase()}: ${name}\n`);
  return `${['schema', ...directives].join(' ')} {\n${roots.join('')}}\n\n${printSchema(schema)}\n`;
}
