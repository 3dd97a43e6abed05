import { mapSchema, MapperKind, pruneSchema } from '@graphql-tools/utils';
import {
  GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, GraphQLString, GraphQLUnionType, isObjectType, isSpecifiedDirective, Kind, parse, print, visit,
  type ConstDirectiveNode, type GraphQLFieldConfigMap,
} from 'graphql';
import type { Faults } from '../parse/faults.ts';
import { printedSchema } from './printed-schema.ts';

/** The members of `CustomerKey` by which other graphs may refer to a customer; of two that are given, the first counts. */
export const entityKeys = ['id', 'number'] as const;

/** Where a schema that is served as a subgraph keeps what gives the SDL for routers. */
const sdlKey = 'subgraphSdl';

/** Root fields of the whole graph: a router that joins several graphs can have each of them once, and only it knows what has an id. */
const ofTheWholeGraph: ReadonlySet<string> = new Set(['node', 'nodes']);

/** What a schema has for routers alone. */
const forRouters: ReadonlySet<string> = new Set(['_service', '_entities']);

/** Types that many graphs have alike, so that each may resolve them. */
const shareable: ReadonlySet<string> = new Set(['PageInfo']);

/**
 * Makes of an audience's schema that of a subgraph (Apollo Federation 2): with `_service`, which gives the SDL, and `_entities`, which finds
 * customers by the keys that this schema has. Routers behind which it is put are callers like any other.
 */
export function asSubgraph(schema: GraphQLSchema, faults: Faults): GraphQLSchema {
  const [customer, query] = [schema.getType('Customer'), schema.getQueryType()];
  if (!isObjectType(customer) || !query) {
    faults.add('', 'nothing is listed of Customer, so that there is nothing that other graphs could refer to');
    return schema;
  }
  const entity = new GraphQLUnionType({ name: '_Entity', types: () => [customer] });
  const service = new GraphQLObjectType({ name: '_Service', fields: { sdl: { type: GraphQLString } } });
  const fields: GraphQLFieldConfigMap<unknown, unknown> = {
    _service: { type: new GraphQLNonNull(service) },
    _entities: {
      type: new GraphQLNonNull(new GraphQLList(entity)),
      args: { representations: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(new GraphQLScalarType({ name: '_Any' })))) } },
    },
  };
  const config = schema.toConfig();
  const extended = new GraphQLObjectType({ ...query.toConfig(), fields: { ...query.toConfig().fields, ...fields } });
  let sdl: string | undefined;
  return new GraphQLSchema({
    ...config, query: extended, types: config.types.map((type) => (type === query ? extended : type)),
    // Made when it is asked for, as seldom happens.
    extensions: { ...config.extensions, [sdlKey]: () => (sdl ??= subgraphSdl(schema)) },
  });
}

/** The SDL that a router or a composition pipeline is given; undefined of a schema that is not served as a subgraph. */
export function sdlForRouters({ extensions }: GraphQLSchema): string | undefined {
  return (extensions[sdlKey] as (() => string) | undefined)?.();
}

/** Directives by which the deployment classifies its data are left out: composition would refuse some, and drop the rest. */
function subgraphSdl(schema: GraphQLSchema): string {
  const mapped = mapSchema(schema, { [MapperKind.ROOT_FIELD]: (field, name, type) => (type === schema.getQueryType()?.name && ofTheWholeGraph.has(name) ? null : field) });
  const { directives, ...config } = mapped.toConfig();
  const plain = pruneSchema(new GraphQLSchema({ ...config, directives: directives.filter(isSpecifiedDirective) }));
  const customer = plain.getType('Customer');
  const keys = entityKeys.filter((name) => isObjectType(customer) && customer.getFields()[name] !== undefined).map((fields) => applied('key', { fields }));
  const document = visit(parse(printedSchema(plain, ['@link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])'])), {
    ObjectTypeDefinition(node) {
      const added = [...(node.name.value === 'Customer' ? keys : []), ...(shareable.has(node.name.value) ? [applied('shareable')] : [])];
      return added.length === 0 ? undefined : { ...node, directives: [...(node.directives ?? []), ...added] };
    },
    // `@oneOf`, which composition does not know everywhere. What it says is checked here all the same.
    InputObjectTypeDefinition: (node) => ({ ...node, directives: [] }),
  });
  return `${print(document)}\n`;
}

function applied(name: string, given: Readonly<Record<string, string>> = {}): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(given).map(([key, value]) => ({ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: key }, value: { kind: Kind.STRING, value } })),
  };
}

/** The schema as clients need it: what is there for routers alone is left out. */
export function withoutSubgraph(schema: GraphQLSchema): GraphQLSchema {
  if (!(sdlKey in schema.extensions)) return schema;
  return pruneSchema(mapSchema(schema, { [MapperKind.ROOT_FIELD]: (field, name) => (forRouters.has(name) ? null : field) }));
}
