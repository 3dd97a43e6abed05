import {
  buildSchema, defaultFieldResolver, execute, GraphQLError, parse, validate, type ExecutionArgs, type ExecutionResult,
  type GraphQLFieldResolver,
} from 'graphql';
import { objectBody } from './arguments.ts';
import { commentRows, requesterOfTicket, requesterRow, satisfactionRows, ticketRows, type DeskRow } from './desk.ts';
import { directoryOf, type Directory, type Entry } from './directory.ts';
import { makePeople, type People } from './people.ts';
import { Refusal } from './refusal.ts';
import { run } from './run.ts';
import { bearer, count, serve, type Served, type SystemOptions } from './serve.ts';
import { supportSdl } from './support-sdl.ts';

interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
}

const maxKeys = 100;
const maxPage = 50;

/**
 * Serves the support desk's GraphQL API at `POST /graphql`.
 *
 * A request is counted as `graphql`, and each of the query's own fields that it asks for under the field's name.
 */
export async function serveSupport(options: SystemOptions & { readonly people: People }): Promise<Served> {
  const directory = directoryOf('support', options.people);
  const { port, latency = 0, credentials, clock } = options;
  const calls = new Map<string, number>();
  const schema = buildSchema(supportSdl);
  const resolvers = resolversOf(directory, clock);
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
    if (source === resolvers) count(calls, info.fieldName);
    return defaultFieldResolver(source, args, context, info);
  };
  const operation = {
    name: 'graphql',
    method: 'POST',
    path: '/graphql',
    parameters: [],
    answer: ({ body }: { readonly body: unknown }) => answer(objectBody(body), { schema, rootValue: resolvers, fieldResolver }),
  } as const;
  const served = await serve({ port, latency, admits: bearer(credentials), operations: [operation], calls });
  // The tables are made between requests, so that the first search does not wait for them.
  setImmediate(() => directory.byEmails([]));
  return served;
}

function resolversOf(directory: Directory, clock: () => number) {
  const rowsOf = (id: string, rows: (entry: Entry) => readonly DeskRow[]): readonly DeskRow[] => directory.byIds([id]).flatMap(rows);
  return {
    requesters: ({ ids }: { readonly ids: readonly string[] }) => {
      const found = new Map(directory.byIds(atMost(ids)).map((entry) => [entry.copy.id, requesterRow(entry)] as const));
      return ids.map((id) => found.get(id) ?? null);
    },
    requestersByEmail: ({ emails }: { readonly emails: readonly string[] }) => directory.byEmails(atMost(emails)).map(requesterRow),
    requestersByPhone: ({ phones }: { readonly phones: readonly string[] }) => directory.byPhones(atMost(phones)).map(requesterRow),
    tickets: ({ requesterId, ...page }: PageArguments & { readonly requesterId: string }) =>
      pageOf(rowsOf(requesterId, (entry) => ticketRows(entry, clock())), page),
    comments: ({ ticketId, ...page }: PageArguments & { readonly ticketId: string }) =>
      pageOf(rowsOf(requesterOfTicket(ticketId), (entry) => commentRows(entry, ticketId, clock())), page),
    satisfaction: ({ requesterId, ...page }: PageArguments & { readonly requesterId: string }) =>
      pageOf(rowsOf(requesterId, (entry) => satisfactionRows(entry, clock())), page),
  };
}

async function answer(
  body: Readonly<Record<string, unknown>>,
  server: Pick<ExecutionArgs, 'schema' | 'rootValue' | 'fieldResolver'>,
): Promise<ExecutionResult> {
  const { query, variables, operationName } = body;
  if (typeof query !== 'string') throw new Refusal(400, 'bad_request', 'query: expected a text');
  const document = attempt(() => parse(query));
  if (document instanceof GraphQLError) return { errors: [document] };
  const errors = validate(server.schema, document);
  if (errors.length > 0) return { errors };
  return execute({
    ...server,
    document,
    variableValues: variables === undefined || variables === null ? null : objectBody(variables),
    operationName: typeof operationName === 'string' ? operationName : null,
  });
}

function attempt<Value>(make: () => Value): Value | GraphQLError {
  try {
    return make();
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function atMost(keys: readonly string[]): readonly string[] {
  if (keys.length > maxKeys) throw refused(`at most ${maxKeys} keys, got ${keys.length}`);
  return keys;
}

// A cursor is the row's id, wrapped so that nobody takes it for one.
function pageOf(rows: readonly DeskRow[], { first, after }: PageArguments): unknown {
  if (first < 1 || first > maxPage) throw refused(`first: expected 1 to ${maxPage}, got ${first}`);
  const afterId = after === undefined || after === null ? undefined : Buffer.from(after, 'base64url').toString();
  const at = afterId === undefined ? 0 : rows.findIndex(({ id }) => id === afterId) + 1;
  if (afterId !== undefined && at === 0) throw refused('after: no such cursor');
  const nodes = rows.slice(at, at + first);
  const last = nodes.at(-1);
  return {
    nodes,
    pageInfo: { hasNextPage: at + first < rows.length, endCursor: last === undefined ? null : Buffer.from(last.id).toString('base64url') },
  };
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

if (import.meta.main) await run('SUPPORT_TOKEN', (options) => serveSupport({ ...options, people: makePeople() }));
