import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildASTSchema, concatAST, isInterfaceType, isObjectType, parse, type ConstDirectiveNode, type GraphQLSchema } from 'graphql';

/** The schema with this deployment's own types, and what each field is, read from its texts. */
export interface SchemaText {
  readonly schema: GraphQLSchema;
  /** The data class of a field (`Type.field`), in lower case; undefined for structure. */
  dataClass(field: string): string | undefined;
  /** Every field that an audience may be given. */
  readonly fields: readonly string[];
}

const root = join(import.meta.dirname, '../..');

/** Reads the canonical SDL and that of the deployment. */
export function readSchema(): SchemaText {
  const files = [join(root, 'schema'), join(import.meta.dirname, 'config/schema')]
    .flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.graphql')).sort().map((name) => readFileSync(join(folder, name), 'utf8')));
  const schema = buildASTSchema(concatAST(files.map((text) => parse(text))));
  const classes = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || /^__|^PageInfo$|(Connection|Edge)$/.test(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      const promised = type.getInterfaces().filter(isInterfaceType).flatMap((one) => one.getFields()[field.name]?.astNode ?? []);
      const named = [field.astNode, ...promised, type.astNode].flatMap((node) => classOf(node?.directives))[0];
      if (named !== undefined) classes.set(`${type.name}.${field.name}`, named.toLowerCase());
    }
  }
  const byKey = ['Query.customer', 'Query.customersBy', 'Query.node', 'Query.nodes', 'Query.me'];
  for (const root of byKey) classes.delete(root);
  return { schema, dataClass: (field) => classes.get(field), fields: [...classes.keys(), ...byKey] };
}

function classOf(directives: readonly ConstDirectiveNode[] = []): readonly string[] {
  const value = directives.find(({ name }) => name.value === 'class')?.arguments?.[0]?.value;
  return value !== undefined && 'value' in value && typeof value.value === 'string' ? [value.value] : [];
}
